#include "databricks/operations/remote_path.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "databricks/client/dbfs_requests.h"
#include "databricks/client/volume_requests.h"
#include "databricks/client/workspace_requests.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"

namespace weir::databricks::operations {
namespace {

using Place = RemotePath::Place;

constexpr std::size_t volume_part_bytes = 4 * 1024 * 1024;
constexpr int range_not_satisfiable = 416;

struct Prefix {
  std::string_view text;
  Place place;
  std::size_t left_out;  ///< characters that the API does not want
};

/// The first that fits counts.
constexpr auto prefixes = std::to_array<Prefix>({
    {"dbfs:/Volumes/", Place::volume, 5},
    {"dbfs:/", Place::dbfs, 5},
    {"/dbfs/", Place::dbfs, 5},
    {"/Volumes/", Place::volume, 0},
    {"workspace:/", Place::workspace, 10},
    {"/Workspace/", Place::workspace, 10},
    {"/Users/", Place::workspace, 0},
    {"/Shared/", Place::workspace, 0},
    {"/Repos/", Place::workspace, 0},
});

Step too_large(const RemotePath& path, std::size_t bytes_max) {
  return failed(fmt::format("{} has more than {} bytes", path.path, bytes_max));
}

Step read_blocks(const RemotePath& path, std::size_t bytes_max, std::shared_ptr<std::string> bytes,
                 std::function<Step(std::string)> then) {
  return ask(requests::dbfs_read(path.path, bytes->size(), dbfs_block_bytes_max), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto block = decode_base64(string_or(*answer, "data", ""));
    if (!block) return failed("the workspace sent a block that is not base64", true);
    if (bytes->size() + block->size() > bytes_max) return too_large(path, bytes_max);
    *bytes += *block;
    return block->size() < dbfs_block_bytes_max ? then(*bytes) : read_blocks(path, bytes_max, bytes, then);
  });
}

/// Part by part, since an answer must not be of any size: at most one byte more than is wanted. A part that is short,
/// or begins where the file ends, is the last.
Step read_parts(const RemotePath& path, std::size_t bytes_max, std::shared_ptr<std::string> bytes,
                std::function<Step(std::string)> then) {
  auto wanted = std::min(volume_part_bytes, bytes_max + 1 - bytes->size());
  return ask(requests::volume_read(path.path, bytes->size(), wanted), [=](const Answer& answer) {
    if (!answer && answer.error().status == range_not_satisfiable) return then(std::move(*bytes));
    if (!answer) return refused(answer.error());
    auto part = answer->get_string();
    if (bytes->size() + part.size() > bytes_max) return too_large(path, bytes_max);
    *bytes += part;
    return part.size() == wanted ? read_parts(path, bytes_max, bytes, then) : then(std::move(*bytes));
  });
}

Step read_workspace(const RemotePath& path, std::size_t bytes_max, std::function<Step(std::string)> then) {
  return ask(requests::workspace_export(path.path), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto bytes = decode_base64(string_or(*answer, "content", ""));
    if (!bytes) return failed("the workspace sent contents that are not base64", true);
    return bytes->size() > bytes_max ? too_large(path, bytes_max) : then(std::move(*bytes));
  });
}

}  // namespace

Result<RemotePath> parse_remote_path(std::string_view text) {
  for (const auto& prefix : prefixes) {
    if (text.starts_with(prefix.text))
      return RemotePath{prefix.place, std::string(text.substr(prefix.left_out))};
  }
  return fail(Code::invalid, fmt::format("'{}' is in no place that has files", text),
              "begin with dbfs:/, /Volumes/ or /Workspace/");
}

RemotePath remote_path(Given& given, std::string_view name) {
  auto text = given.text(name);
  if (given.problem()) return {};
  auto path = parse_remote_path(text);
  if (path) return std::move(*path);
  given.refuse(core::pointer_step(name), path.error().message, path.error().hint);
  return {};
}

Step look_for(const RemotePath& path, std::function<Step(const json&)> then) {
  auto seen = [=](const Answer& answer) {
    if (answer) return then(*answer);
    return is_missing(answer) ? then(nullptr) : refused(answer.error());
  };
  if (path.place == Place::dbfs) return ask(requests::dbfs_status(path.path), seen);
  if (path.place == Place::workspace) return ask(requests::workspace_status(path.path), seen);
  return ask(requests::volume_status(path.path), [=](const Answer& answer) {
    return is_missing(answer) ? ask(requests::volume_folder_status(path.path), seen) : seen(answer);
  });
}

Step with_folders(const RemotePath& path, Then then) {
  auto slash = path.path.rfind('/');
  if (path.place != Place::workspace || slash == 0) return then();
  return ask(requests::workspace_make_folders(path.path.substr(0, slash)),
             [=](const Answer& answer) { return answer ? then() : refused(answer.error()); });
}

Step read_remote(const RemotePath& path, std::size_t bytes_max, std::function<Step(std::string)> then) {
  if (path.place == Place::dbfs) {
    return read_blocks(path, bytes_max, std::make_shared<std::string>(), std::move(then));
  }
  if (path.place == Place::volume) {
    return read_parts(path, bytes_max, std::make_shared<std::string>(), std::move(then));
  }
  return read_workspace(path, bytes_max, std::move(then));
}

}  // namespace weir::databricks::operations
