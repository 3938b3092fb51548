// Notebooks as pages. The cells are there twice: for people, and as a model that the import reads again, in the form in
// which pages exported from Databricks have it: JSON, its characters escaped as in an address, in base64.
#include <algorithm>
#include <map>
#include <ranges>

#include <fmt/format.h>

#include "base/json.h"
#include "databricks/wire/base64.h"
#include "net/http.h"
#include "workspace/files/notebook_text.h"
#include "workspace/files/objects.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::string_view variable = "__DATABRICKS_NOTEBOOK_MODEL = '";

std::string escaped(std::string_view text) {
  std::string safe;
  for (char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

std::string cased(std::string text, char (*change)(char)) {
  std::ranges::transform(text, text.begin(), change);
  return text;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

std::string model_of(const Notebook& notebook, std::string_view name) {
  JsonArray commands;
  for (const auto& cell : notebook.cells)
    commands.push_back(JsonObject{
        {"version", "CommandV1"}, {"command", cell}, {"position", static_cast<double>(commands.size() + 1)}});
  json model = {{"version", "NotebookV1"},
                {"name", name},
                {"language", cased(notebook.language, lower)},
                {"commands", std::move(commands)}};
  return databricks::encode_base64(net::percent_encode(to_text(model)));
}

}  // namespace

std::optional<Notebook> read_html_notebook(std::string_view page) {
  std::size_t start = page.find(variable);
  if (start == page.npos) return std::nullopt;
  page.remove_prefix(start + variable.size());
  auto packed = databricks::decode_base64(page.substr(0, page.find('\'')));
  auto text = packed ? net::percent_decode(*packed) : std::nullopt;
  auto model = text ? parse_json(*text) : std::unexpected(Error{});
  json* commands = model ? find(*model, "commands") : nullptr;
  if (!commands || !commands->is_array()) return std::nullopt;
  Notebook notebook{.language = cased(string_or(*model, "language", "python"), upper)};
  if (!form_of_language(notebook.language)) return std::nullopt;
  auto position = [](const json& command) {
    const json* at = find(command, "position");
    return at && at->is_number() ? at->to_number<double>() : 0.0;
  };
  std::multimap<double, std::string> cells;
  for (const json& command : commands->get_array())
    cells.emplace(position(command), string_or(command, "command", ""));
  std::ranges::copy(cells | std::views::values, std::back_inserter(notebook.cells));
  return notebook;
}

std::string to_html(const Notebook& notebook, std::string_view name) {
  std::string cells;
  for (const auto& cell : notebook.cells) cells += fmt::format("<pre><code>{}</code></pre>\n", escaped(cell));
  return fmt::format(
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n</head>\n<body>\n"
      "<h1>{0}</h1>\n{1}<script>var {2}{3}';</script>\n</body>\n</html>\n",
      escaped(name), cells, variable, model_of(notebook, name));
}

}  // namespace weir::workspace
