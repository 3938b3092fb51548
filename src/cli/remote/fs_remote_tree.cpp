#include <algorithm>
#include <utility>

#include "cli/remote/fs_tree.h"
#include "databricks/client/dbfs.h"
#include "databricks/client/workspace_files.h"
#include "databricks/wire/limits.h"

namespace weir::cli {
namespace {

using databricks::Dbfs;
using databricks::FileStatus;
using databricks::PatientClient;
using databricks::WorkspaceFiles;
using databricks::WorkspaceObject;

constexpr std::string_view jupyter_extension = ".ipynb";

std::string name_in(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string parent_of(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

Entry entry_of(const FileStatus& file) {
  auto name = name_in(file.path);
  return {name, file.is_folder ? "folder" : "file", file.is_folder, file.size_bytes, file.modified_ms};
}

Entry entry_of(const WorkspaceObject& object) {
  Entry entry{.name = name_in(object.path), .is_folder = object.is_folder()};
  entry.type = object.type == "DIRECTORY" ? "folder" : object.type;
  std::ranges::transform(entry.type, entry.type.begin(), [](unsigned char c) { return std::tolower(c); });
  entry.size_bytes = object.size_bytes;
  entry.modified_ms = object.modified_ms;
  return entry;
}

template <class Status>
Result<std::optional<Entry>> look_of(const Result<Status>& status) {
  if (status) return entry_of(*status);
  if (status.error().code == Code::not_found) return std::nullopt;
  return std::unexpected(status.error());
}

template <class Status>
Result<std::vector<Entry>> entries_of(const Result<std::vector<Status>>& listed) {
  if (!listed) return std::unexpected(listed.error());
  std::vector<Entry> entries;
  for (const auto& status : *listed) entries.push_back(entry_of(status));
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

class DbfsTree final : public Tree {
 public:
  explicit DbfsTree(const PatientClient& client) : dbfs_(client) {}

  Result<std::optional<Entry>> look(const std::string& path) const override {
    return look_of(dbfs_.status(path));
  }
  Result<std::vector<Entry>> list(const std::string& folder) const override {
    return entries_of(dbfs_.list(folder));
  }
  Result<void> make_folders(const std::string& path) const override { return dbfs_.make_folders(path); }
  Result<void> remove(const std::string& path, bool recursive) const override {
    return dbfs_.remove(path, recursive);
  }
  Result<Source> open(const std::string& path) const override {
    return [this, path, offset = std::size_t{0}](std::size_t bytes_max) mutable {
      auto block = dbfs_.read(path, offset, bytes_max);
      if (block) offset += block->size();
      return block;
    };
  }
  Result<void> write(const std::string& path, const Source& source) const override {
    return dbfs_.write(path, source, true);
  }

 private:
  Dbfs dbfs_;
};

class WorkspaceTree final : public Tree {
 public:
  explicit WorkspaceTree(const PatientClient& client) : files_(client) {}

  Result<std::optional<Entry>> look(const std::string& path) const override {
    return look_of(files_.status(path));
  }
  Result<std::vector<Entry>> list(const std::string& folder) const override {
    return entries_of(files_.list(folder));
  }
  Result<void> make_folders(const std::string& path) const override { return files_.make_folders(path); }
  Result<void> remove(const std::string& path, bool recursive) const override {
    return files_.remove(path, recursive);
  }

  Result<Source> open(const std::string& path) const override {
    auto content = files_.export_content(path);
    if (!content) return std::unexpected(content.error());
    return [rest = std::move(*content)](std::size_t bytes_max) mutable -> Result<std::string> {
      auto block = rest.substr(0, bytes_max);
      rest.erase(0, bytes_max);
      return block;
    };
  }

  /// Only the export tells a notebook that Jupyter saved from one in source form.
  Result<std::string> file_name(const std::string& path, const Entry& entry) const override {
    if (entry.type != "notebook") return entry.name;
    auto exported = files_.export_object(path);
    if (!exported) return std::unexpected(exported.error());
    return exported->file_type.empty() ? entry.name : entry.name + "." + exported->file_type;
  }

  Result<void> write(const std::string& path, const Source& source) const override {
    auto content = whole(source);
    if (!content) return std::unexpected(content.error());
    if (auto made = files_.make_folders(parent_of(path)); !made) return made;
    auto language = databricks::notebook_language(path, *content);
    auto settled = settled_path(path, *content);
    if (!language.empty()) return files_.import_notebook(settled, *content, language, true);
    if (settled != path) return files_.import_jupyter(settled, *content, true);
    return files_.import_file(path, *content, true);
  }

  std::string settled_path(const std::string& path, std::string_view beginning) const override {
    auto language = databricks::notebook_language(path, beginning);
    auto extension = language.empty() ? jupyter_extension : databricks::extension_of(language);
    return path.ends_with(extension) ? path.substr(0, path.size() - extension.size()) : path;
  }

 private:
  /// One byte more than the workspace takes is enough for its refusal.
  static Result<std::string> whole(const Source& source) {
    std::string content;
    while (content.size() <= databricks::notebook_bytes_max) {
      auto block = source(databricks::dbfs_block_bytes_max);
      if (!block) return block;
      if (block->empty()) break;
      content += *block;
    }
    return content;
  }

  WorkspaceFiles files_;
};

}  // namespace

std::unique_ptr<Tree> dbfs_tree(const PatientClient& client) { return std::make_unique<DbfsTree>(client); }
std::unique_ptr<Tree> workspace_tree(const PatientClient& client) {
  return std::make_unique<WorkspaceTree>(client);
}

}  // namespace weir::cli
