// databricks.put_file: from here into DBFS, a volume or the workspace tree.
#include <memory>

#include <fmt/format.h>

#include "databricks/client/dbfs_requests.h"
#include "databricks/client/volume_requests.h"
#include "databricks/client/workspace_requests.h"
#include "databricks/operations/files.h"
#include "databricks/operations/remote_path.h"
#include "databricks/wire/limits.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

using Place = RemotePath::Place;
using Bytes = std::shared_ptr<const std::string>;

std::size_t bytes_max(Place place) {
  return place == Place::workspace ? notebook_bytes_max : file_operation_bytes_max;
}

Step stored(const RemotePath& path, const Bytes& bytes) {
  return done({{"path", path.path}, {"size_bytes", bytes->size()}});
}

Step upload(const RemotePath& path, const Bytes& bytes);

/// Blocks are appended, so an upload that broke off begins anew.
Step anew(const RemotePath& path, const Bytes& bytes) {
  return pause_in_doubt([=] { return upload(path, bytes); });
}

Step close_upload(const RemotePath& path, const Bytes& bytes, std::int64_t handle) {
  auto closed = [=](const Answer& answer) { return answer ? stored(path, bytes) : refused(answer.error()); };
  return order(requests::dbfs_close(handle), closed, [=] { return anew(path, bytes); });
}

Step add_blocks(const RemotePath& path, const Bytes& bytes, std::int64_t handle, std::size_t offset) {
  if (offset >= bytes->size()) return close_upload(path, bytes, handle);
  auto block = std::string_view(*bytes).substr(offset, dbfs_block_bytes_max);
  auto added = [=](const Answer& answer) {
    if (is_missing(answer)) return anew(path, bytes);  // the handle was forgotten
    if (!answer) return refused(answer.error());
    return add_blocks(path, bytes, handle, offset + dbfs_block_bytes_max);
  };
  return order(requests::dbfs_add_block(handle, block), added, [=] { return anew(path, bytes); });
}

Step upload(const RemotePath& path, const Bytes& bytes) {
  return ask(requests::dbfs_create(path.path, true), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto handle = find_int(*answer, "handle");
    return handle ? add_blocks(path, bytes, *handle, 0)
                  : failed("the workspace's answer has no handle", true);
  });
}

Step send(const RemotePath& path, const Bytes& bytes) {
  auto sent = [=](const Answer& answer) { return answer ? stored(path, bytes) : refused(answer.error()); };
  if (path.place == Place::volume) return ask(requests::volume_put(path.path, *bytes, true), sent);
  if (path.place == Place::workspace) {
    auto request = requests::workspace_import({{"path", path.path}, {"format", "RAW"}}, *bytes, true);
    return with_folders(path, [=] { return ask(request, sent); });
  }
  if (bytes->size() > dbfs_block_bytes_max) return upload(path, bytes);
  return ask(requests::dbfs_put(path.path, *bytes, true), sent);
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  given.one_of({"local", "content"});
  given.text_or("local", "");
  if (const json* content = given.any("content"); content && !content->is_string()) {
    given.refuse("/content", fmt::format("content must be a string, not {}", core::type_phrase(*content)));
  }
  bool overwrite = given.flag_or("overwrite", true);
  if (auto bad = given.problem()) return refused(*bad);
  auto plan = JsonObject{{"path", path.path}};
  if (overwrite) return commit(std::move(plan));
  return unless_there(path, plan);
}

Step begin(const Task& task, const json&, bool) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  if (given.has("content")) {
    return send(path, std::make_shared<const std::string>(string_or(task.inputs, "content", "")));
  }
  return {Load{given.text("local"), bytes_max(path.place), [=](const Result<std::string>& bytes) {
                 return bytes ? send(path, std::make_shared<const std::string>(*bytes))
                              : refused(bytes.error());
               }}};
}

}  // namespace

/// It was not there when the plan was made: if it is afterwards, this attempt has put it there.
Step unless_there(const RemotePath& path, const json& plan) {
  return look_for(path, [=](const json& status) {
    if (status.is_null()) return commit(plan);
    return refused(Error{Code::conflict, fmt::format("{} is there already", path.path),
                         "or leave out overwrite: false"});
  });
}

Operation put_file_operation() {
  return {
      .kind =
          {.name = "databricks.put_file",
           .summary = "Puts a file into DBFS, a volume or the workspace",
           .fields = {{.name = "path",
                       .type = string,
                       .required = true,
                       .summary = "dbfs:/…, /Volumes/… or /Workspace/…"},
                      {.name = "local", .type = string, .summary = "a file of this machine; or give content"},
                      {.name = "content", .type = string, .summary = "what the file says"},
                      {.name = "overwrite", .type = boolean, .summary = "false: fail when it is there"}}},
      .prepare = prepare,
      .begin = begin};
}

}  // namespace weir::databricks::operations
