// databricks.get_file and databricks.delete_file.
#include <fmt/format.h>

#include "base/utf8.h"
#include "databricks/client/dbfs_requests.h"
#include "databricks/client/volume_requests.h"
#include "databricks/client/workspace_requests.h"
#include "databricks/operations/files.h"
#include "databricks/operations/remote_path.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

using Place = RemotePath::Place;

Step as_result(const RemotePath& path, const std::string& bytes) {
  if (first_byte_not_utf8(bytes)) {
    return failed(fmt::format("{} is not text", path.path), false,
                  {{"hint", "give local: a file to write it to"}});
  }
  return done({{"path", path.path}, {"size_bytes", bytes.size()}, {"content", bytes}});
}

Step prepare_get(const Task& task) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  auto local = given.text_or("local", "");
  if (auto bad = given.problem()) return refused(*bad);
  if (local.empty()) {
    return read_remote(path, file_content_bytes_max,
                       [=](const std::string& bytes) { return as_result(path, bytes); });
  }
  return read_remote(path, file_operation_bytes_max, [=](const std::string& bytes) {
    auto value = json{{"path", path.path}, {"size_bytes", bytes.size()}, {"local", local}};
    return Step{Save{local, bytes, [=](const Result<void>& saved) {
                       return saved ? done(value) : refused(saved.error());
                     }}};
  });
}

Step prepare_delete(const Task& task) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  bool recursive = given.flag_or("recursive", false);
  if (recursive && path.place == Place::volume) {
    given.refuse("/recursive", "folders of volumes cannot be deleted with what is in them", "name each file");
  }
  if (auto bad = given.problem()) return refused(*bad);
  return commit({{"path", path.path}, {"recursive", recursive}});
}

ApiRequest removal(const RemotePath& path, bool recursive) {
  if (path.place == Place::dbfs) return requests::dbfs_delete(path.path, recursive);
  if (path.place == Place::workspace) return requests::workspace_delete(path.path, recursive);
  return requests::volume_delete(path.path);
}

/// What is not there any more is deleted, by whomever.
Step remove(const Task& task, const json& plan, bool) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  return ask(removal(path, bool_or(plan, "recursive", false)), [=](const Answer& answer) {
    return answer || is_missing(answer) ? done({{"path", path.path}}) : refused(answer.error());
  });
}

constexpr auto path_summary = "dbfs:/…, /Volumes/… or /Workspace/…";

}  // namespace

Operation get_file_operation() {
  return {.kind = {.name = "databricks.get_file",
                   .summary = "Fetches a file from DBFS, a volume or the workspace",
                   .fields = {{.name = "path", .type = string, .required = true, .summary = path_summary},
                              {.name = "local",
                               .type = string,
                               .summary = "a file of this machine to write; else the text is the result"}},
                   .shorthand = "path"},
          .prepare = prepare_get};
}

Operation delete_file_operation() {
  return {.kind = {.name = "databricks.delete_file",
                   .summary = "Deletes a file or folder of DBFS, a volume or the workspace",
                   .fields = {{.name = "path", .type = string, .required = true, .summary = path_summary},
                              {.name = "recursive",
                               .type = boolean,
                               .summary = "true: a folder with what is in it"}},
                   .shorthand = "path"},
          .prepare = prepare_delete,
          .begin = remove};
}

std::vector<Operation> file_operations() {
  return {put_file_operation(), get_file_operation(), delete_file_operation(), import_notebook_operation()};
}

}  // namespace weir::databricks::operations
