// Notebooks and files of the workspace tree ("/Users/me@example.com/report").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

struct WorkspaceObject {
  std::string path{};
  std::string type{};      ///< "NOTEBOOK", "DIRECTORY", "FILE", "LIBRARY", "REPO", …
  std::string language{};  ///< of notebooks: "PYTHON", …
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;
  bool is_folder() const { return type == "DIRECTORY" || type == "REPO"; }
};

struct WorkspaceExport {
  std::string content{};
  std::string file_type{};  ///< of a notebook's file: "py", "ipynb"; empty where the service does not say
};

/// The language of a notebook in source form by its first line ("# Databricks notebook source") and a name with the
/// extension that goes with it or none at all, as notebooks are called in the workspace; empty for every other file.
std::string_view notebook_language(std::string_view file_name, std::string_view contents);

/// ".py" for "PYTHON"; empty for languages nobody knows.
std::string_view extension_of(std::string_view language);

/// `client` must outlive it.
class WorkspaceFiles {
 public:
  explicit WorkspaceFiles(const PatientClient& client) : client_(client) {}

  Result<WorkspaceObject> status(std::string_view path) const;
  Result<std::vector<WorkspaceObject>> list(std::string_view path) const;
  Result<void> make_folders(std::string_view path) const;
  Result<void> remove(std::string_view path, bool recursive) const;

  /// Code::conflict when something is there and `overwrite` is false; Code::invalid above 10 MiB.
  Result<void> import_notebook(std::string_view path, std::string_view source, std::string_view language,
                               bool overwrite) const;
  Result<void> import_jupyter(std::string_view path, std::string_view contents, bool overwrite) const;
  Result<void> import_file(std::string_view path, std::string_view contents, bool overwrite) const;

  /// Notebooks in their source form (Jupyter ones as that), files as they are.
  Result<WorkspaceExport> export_object(std::string_view path) const;
  Result<std::string> export_content(std::string_view path) const;

 private:
  Result<void> import(JsonObject body, std::string_view contents, bool overwrite) const;

  const PatientClient& client_;
};

}  // namespace weir::databricks
