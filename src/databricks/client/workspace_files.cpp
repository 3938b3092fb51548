#include "databricks/client/workspace_files.h"

#include <array>

#include <fmt/format.h>

#include "databricks/client/workspace_requests.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"

namespace weir::databricks {
namespace {

struct SourceForm {
  std::string_view extension;
  std::string_view first_line;
  std::string_view language;
};

constexpr auto source_forms = std::to_array<SourceForm>({
    {".py", "# Databricks notebook source", "PYTHON"},
    {".sql", "-- Databricks notebook source", "SQL"},
    {".scala", "// Databricks notebook source", "SCALA"},
    {".r", "# Databricks notebook source", "R"},
    {".R", "# Databricks notebook source", "R"},
});

WorkspaceObject object_of(const json& object) {
  return {string_or(object, "path", ""), string_or(object, "object_type", ""),
          string_or(object, "language", ""), int_or(object, "size", 0), int_or(object, "modified_at", 0)};
}

Result<void> without_value(const Result<json>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

}  // namespace

std::string_view notebook_language(std::string_view file_name, std::string_view contents) {
  auto first_line = contents.substr(0, contents.find_first_of("\r\n"));
  auto name = file_name.substr(file_name.rfind('/') + 1);
  bool has_no_extension = name.find('.') == name.npos;
  for (const auto& form : source_forms) {
    bool fits = has_no_extension || name.ends_with(form.extension);
    if (fits && first_line == form.first_line) return form.language;
  }
  return {};
}

std::string_view extension_of(std::string_view language) {
  for (const auto& form : source_forms) {
    if (form.language == language) return form.extension;
  }
  return {};
}

Result<WorkspaceObject> WorkspaceFiles::status(std::string_view path) const {
  auto answer = client_.call(requests::workspace_status(path));
  if (!answer) return std::unexpected(answer.error());
  return object_of(*answer);
}

Result<std::vector<WorkspaceObject>> WorkspaceFiles::list(std::string_view path) const {
  auto answer = client_.call(requests::workspace_list(path));
  if (!answer) return std::unexpected(answer.error());
  std::vector<WorkspaceObject> objects;
  if (const json* items = find(*answer, "objects"); items && items->is_array()) {
    for (const auto& object : items->get_array()) objects.push_back(object_of(object));
  }
  return objects;
}

Result<void> WorkspaceFiles::make_folders(std::string_view path) const {
  return without_value(client_.call(requests::workspace_make_folders(path)));
}

Result<void> WorkspaceFiles::remove(std::string_view path, bool recursive) const {
  return without_value(client_.call(requests::workspace_delete(path, recursive)));
}

Result<void> WorkspaceFiles::import_notebook(std::string_view path, std::string_view source,
                                             std::string_view language, bool overwrite) const {
  return import({{"path", path}, {"format", "SOURCE"}, {"language", language}}, source, overwrite);
}

Result<void> WorkspaceFiles::import_jupyter(std::string_view path, std::string_view contents,
                                            bool overwrite) const {
  return import({{"path", path}, {"format", "JUPYTER"}}, contents, overwrite);
}

Result<void> WorkspaceFiles::import_file(std::string_view path, std::string_view contents,
                                         bool overwrite) const {
  return import({{"path", path}, {"format", "RAW"}}, contents, overwrite);
}

Result<void> WorkspaceFiles::import(JsonObject body, std::string_view contents, bool overwrite) const {
  if (contents.size() > notebook_bytes_max) {
    return fail(Code::invalid,
                fmt::format("{} bytes are too many for the workspace (at most {})", contents.size(),
                            notebook_bytes_max),
                "put large files on dbfs:/ instead");
  }
  return without_value(client_.call(requests::workspace_import(std::move(body), contents, overwrite)));
}

Result<std::string> WorkspaceFiles::export_content(std::string_view path) const {
  auto exported = export_object(path);
  if (!exported) return std::unexpected(exported.error());
  return std::move(exported->content);
}

Result<WorkspaceExport> WorkspaceFiles::export_object(std::string_view path) const {
  auto answer = client_.call(requests::workspace_export(path));
  if (!answer) return std::unexpected(answer.error());
  auto contents = decode_base64(string_or(*answer, "content", ""));
  if (!contents) return fail(Code::unavailable, "the workspace sent contents that are not base64");
  return WorkspaceExport{std::move(*contents), string_or(*answer, "file_type", "")};
}

}  // namespace weir::databricks
