#include "workspace/files/objects.h"

#include <algorithm>
#include <array>

namespace weir::workspace {
namespace {

constexpr auto forms = std::to_array<NotebookForm>({
    {".py", "PYTHON", "# Databricks notebook source"},
    {".sql", "SQL", "-- Databricks notebook source"},
    {".scala", "SCALA", "// Databricks notebook source"},
    {".r", "R", "# Databricks notebook source"},
    {".ipynb", "PYTHON", ""},
});

constexpr std::int64_t header_bytes_max = 64;

bool starts_with_line(std::string_view content, std::string_view line) {
  if (!content.starts_with(line)) return false;
  std::string_view rest = content.substr(line.size());
  return rest.empty() || rest.front() == '\n' || rest.front() == '\r';
}

}  // namespace

const NotebookForm* form_of_language(std::string_view language) {
  auto form = std::ranges::find_if(forms, [&](const auto& one) { return one.language == language; });
  return form == forms.end() ? nullptr : &*form;
}

const NotebookForm* form_of_content(std::string_view name, std::string_view content) {
  for (const auto& form : forms)
    if (name.ends_with(form.extension) && name.size() > form.extension.size() &&
        (form.header.empty() || starts_with_line(content, form.header)))
      return &form;
  return nullptr;
}

std::expected<TreePath, std::string> Objects::parse(std::string_view text) {
  auto path = TreePath::parse(text);
  if (!path || path->is_root() || path->parts().front() != "Workspace") return path;
  TreePath inner;
  for (std::size_t i = 1; i < path->parts().size(); ++i) inner = inner.child(path->parts()[i]);
  return inner;
}

Object Objects::describe(const TreePath& folder, FileEntry entry) const {
  TreePath path = folder.child(entry.name);
  if (entry.is_directory)
    return {.type = Object::Type::directory, .path = path, .file = path, .entry = std::move(entry)};
  std::string head = tree_.read(path, 0, header_bytes_max).value_or("");
  const auto* form = form_of_content(entry.name, head);
  if (!form) return {.type = Object::Type::file, .path = path, .file = path, .entry = std::move(entry)};
  std::string name = entry.name.substr(0, entry.name.size() - form->extension.size());
  return {.type = Object::Type::notebook,
          .path = folder.child(std::move(name)),
          .file = path,
          .language = form->language,
          .entry = std::move(entry)};
}

FileResult<Object> Objects::find(const TreePath& path) const {
  auto entry = tree_.status(path);
  if (entry && path.is_root())
    return Object{.type = Object::Type::directory, .path = path, .file = path, .entry = std::move(*entry)};
  if (entry) {
    entry->name = path.name();
    Object object = describe(path.parent(), std::move(*entry));
    if (object.type != Object::Type::notebook) return object;
  }
  for (const auto& form : forms) {
    TreePath file = path.with_suffix(form.extension);
    auto candidate = path.is_root() ? std::unexpected(FileFault::not_found) : tree_.status(file);
    if (!candidate) continue;
    Object object = describe(path.parent(), std::move(*candidate));
    if (object.type == Object::Type::notebook) return object;
  }
  return std::unexpected(FileFault::not_found);
}

FileResult<std::vector<Object>> Objects::list(const TreePath& path) const {
  auto object = find(path);
  if (!object) return std::unexpected(object.error());
  if (object->type != Object::Type::directory) return std::vector{std::move(*object)};
  auto entries = tree_.list(path);
  if (!entries) return std::unexpected(entries.error());
  std::vector<Object> objects;
  for (auto& entry : *entries) objects.push_back(describe(path, std::move(entry)));
  return objects;
}

FileResult<void> Objects::write_notebook(const TreePath& path, const NotebookForm& form, std::string content,
                                         bool overwrite) const {
  auto present = find(path);
  if (present && !overwrite) return std::unexpected(FileFault::exists);
  if (present && present->type == Object::Type::directory) return std::unexpected(FileFault::is_a_directory);
  if (!form.header.empty() && !starts_with_line(content, form.header))
    content.insert(0, std::string(form.header) + "\n");
  TreePath file = path.with_suffix(form.extension);
  if (auto written = tree_.write(file, content, true); !written) return written;
  if (present && present->file != file) return tree_.remove(present->file, false);
  return {};
}

FileResult<void> Objects::put_file(const TreePath& path, bool overwrite,
                                   const std::function<FileResult<void>()>& put) const {
  auto present = find(path);
  if (present && !overwrite) return std::unexpected(FileFault::exists);
  if (present && present->type == Object::Type::directory) return std::unexpected(FileFault::is_a_directory);
  if (auto done = put(); !done) return done;
  if (present && present->file != path) return tree_.remove(present->file, false);
  return {};
}

FileResult<void> Objects::write_file(const TreePath& path, std::string_view content, bool overwrite) const {
  return put_file(path, overwrite, [&] { return tree_.write(path, content, true); });
}

FileResult<void> Objects::adopt_file(const TreePath& path, const std::filesystem::path& staged,
                                     bool overwrite) const {
  return put_file(path, overwrite, [&] { return tree_.adopt(staged, path, true); });
}

}  // namespace weir::workspace
