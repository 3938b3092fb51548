// Workspace objects: the notebooks, files and folders that clients see under /Workspace. The folder on disk
// is the truth. A notebook is a file whose first line says so ("# Databricks notebook source") or an .ipynb
// file; its extension is not part of its name. Everything else is a plain file. "/Workspace/x" and "/x" are
// the same object.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/files/file_tree.h"

namespace weir::workspace {

struct Object {
  enum class Type : std::uint8_t { directory, notebook, file };
  Type type = Type::file;
  TreePath path{};              ///< as clients name it, without /Workspace
  TreePath file{};              ///< where its content is
  std::string_view language{};  ///< PYTHON, SQL, SCALA or R, for notebooks
  FileEntry entry{};

  bool is_jupyter() const { return type == Type::notebook && file.name().ends_with(".ipynb"); }
};

/// A way to write a notebook down.
struct NotebookForm {
  std::string_view extension;
  std::string_view language;
  std::string_view header;  ///< the first line; empty for Jupyter
};

const NotebookForm* form_of_language(std::string_view language);  ///< null for unknown languages
const NotebookForm* form_of_content(std::string_view name,
                                    std::string_view content);  ///< null for plain files

class Objects {
 public:
  explicit Objects(const FileTree& tree) : tree_(tree) {}

  /// Like TreePath::parse, with "/Workspace" taken off.
  static std::expected<TreePath, std::string> parse(std::string_view path);

  FileResult<Object> find(const TreePath& path) const;
  FileResult<std::vector<Object>> list(const TreePath& path) const;  ///< of anything but a folder: itself
  FileResult<std::string> content(const Object& object) const { return tree_.read(object.file); }

  /// Notebooks are written with their form's header and extension, replacing one of another form when
  /// `overwrite`.
  FileResult<void> write_notebook(const TreePath& path, const NotebookForm& form, std::string content,
                                  bool overwrite) const;
  FileResult<void> write_file(const TreePath& path, std::string_view content, bool overwrite) const;
  FileResult<void> adopt_file(const TreePath& path, const std::filesystem::path& staged,
                              bool overwrite) const;
  FileResult<void> remove(const Object& object, bool recursive) const {
    return tree_.remove(object.file, recursive);
  }

  const FileTree& tree() const { return tree_; }

 private:
  FileResult<void> put_file(const TreePath& path, bool overwrite,
                            const std::function<FileResult<void>()>& put) const;
  Object describe(const TreePath& folder, FileEntry entry) const;
  const FileTree& tree_;
};

}  // namespace weir::workspace
