// Notebooks as cells, and the three ways to write one down: source code with marks between the cells, Jupyter, and a
// page of HTML that holds its notebook.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::workspace {

struct NotebookForm;

struct Notebook {
  std::string language = "PYTHON";
  std::vector<std::string> cells{};  ///< a cell of another language begins with its magic: "%md\n# Title"
};

/// Reads what `form` writes; nullopt when there is no such notebook in it.
std::optional<Notebook> read_notebook(const NotebookForm& form, std::string_view text);
std::optional<Notebook> read_html_notebook(std::string_view page);

std::string to_source(const Notebook& notebook);  ///< with the header line
std::string to_jupyter(const Notebook& notebook);
std::string to_html(const Notebook& notebook, std::string_view name);

}  // namespace weir::workspace
