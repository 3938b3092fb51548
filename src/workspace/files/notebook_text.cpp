#include "workspace/files/notebook_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "workspace/files/objects.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::string_view markdown = "%md";

/// "#" of "# Databricks notebook source".
std::string_view comment_of(const NotebookForm& form) { return form.header.substr(0, form.header.find(' ')); }

std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string without_blank_ends(std::string_view cell) {
  while (cell.starts_with('\n')) cell.remove_prefix(1);
  while (cell.ends_with('\n')) cell.remove_suffix(1);
  return std::string(cell);
}

/// A cell all of whose lines carry the mark of a magic loses it: "# MAGIC %md" is "%md".
std::string unmarked(std::string_view cell, std::string_view mark) {
  std::string bare;
  for (std::string_view rest = cell; !rest.empty();) {
    std::string_view line = take_line(rest);
    if (!line.starts_with(mark)) return std::string(cell);
    line.remove_prefix(std::min(line.size(), mark.size() + 1));
    bare.append(line).append(rest.empty() ? "" : "\n");
  }
  return bare;
}

Notebook read_source(const NotebookForm& form, std::string_view text) {
  Notebook notebook{.language = std::string(form.language)};
  const std::string separator = fmt::format("{} COMMAND ----------", comment_of(form));
  const std::string mark = fmt::format("{} MAGIC", comment_of(form));
  if (text.starts_with(form.header)) take_line(text);
  std::string cell;
  auto close = [&] { notebook.cells.push_back(unmarked(without_blank_ends(cell), mark)); };
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line == separator) {
      close();
      cell.clear();
    } else {
      cell.append(line).append("\n");
    }
  }
  close();
  return notebook;
}

/// A text or a list of its lines, as Jupyter has it.
std::string joined(const json* source) {
  std::string text;
  if (source && source->is_string()) text = source->get_string();
  if (source && source->is_array())
    for (const json& line : source->get_array())
      if (line.is_string()) text.append(line.get_string());
  return text;
}

std::optional<Notebook> read_jupyter(std::string_view text) {
  auto document = parse_json(text);
  const json* cells = document ? find(*document, "cells") : nullptr;
  if (!cells || !cells->is_array()) return std::nullopt;
  Notebook notebook;
  for (const json& cell : cells->get_array()) {
    std::string source = joined(find(cell, "source"));
    bool is_code = string_or(cell, "cell_type", "code") == "code";
    notebook.cells.push_back(is_code ? source : fmt::format("{}\n{}", markdown, source));
  }
  return notebook;
}

/// Nothing for a cell in the notebook's own language, else what follows "%md".
std::optional<std::string> markdown_of(std::string_view cell) {
  if (!cell.starts_with(markdown)) return std::nullopt;
  std::string_view text = cell.substr(markdown.size());
  bool is_longer_word = !text.empty() && text.front() != '\n' && text.front() != ' ';
  return is_longer_word ? std::nullopt
                        : std::optional(std::string(text.substr(std::min<std::size_t>(text.size(), 1))));
}

}  // namespace

std::optional<Notebook> read_notebook(const NotebookForm& form, std::string_view text) {
  return form.header.empty() ? read_jupyter(text) : std::optional(read_source(form, text));
}

std::string to_source(const Notebook& notebook) {
  const NotebookForm& form = *form_of_language(notebook.language);
  std::string_view comment = comment_of(form);
  std::string text = std::string(form.header) + "\n";
  bool is_first = true;
  for (std::string_view cell : notebook.cells) {
    if (!is_first) text += fmt::format("\n{} COMMAND ----------\n\n", comment);
    is_first = false;
    bool is_magic = cell.starts_with('%');
    while (!cell.empty()) {
      std::string_view line = take_line(cell);
      if (is_magic) text += fmt::format("{} MAGIC{}", comment, line.empty() ? "" : " ");
      text.append(line).append("\n");
    }
  }
  return text;
}

std::string to_jupyter(const Notebook& notebook) {
  std::string language = notebook.language;
  std::ranges::transform(language, language.begin(), lower);
  JsonArray cells;
  for (const auto& cell : notebook.cells) {
    auto text = markdown_of(cell);
    JsonObject shown{{"cell_type", text ? "markdown" : "code"},
                     {"metadata", JsonObject{}},
                     {"source", text.value_or(cell)}};
    if (!text) {
      shown["execution_count"] = nullptr;
      shown["outputs"] = JsonArray{};
    }
    cells.push_back(std::move(shown));
  }
  json document = {{"cells", std::move(cells)},
                   {"metadata", {{"language_info", {{"name", language}}}}},
                   {"nbformat", 4},
                   {"nbformat_minor", 2}};
  return to_pretty_text(document) + "\n";
}

}  // namespace weir::workspace
