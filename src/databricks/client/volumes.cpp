#include "databricks/client/volumes.h"

#include <algorithm>
#include <utility>

#include "databricks/client/blocking_parts.h"
#include "databricks/client/volume_requests.h"

namespace weir::databricks {
namespace {

VolumeEntry entry_of(const json& item) {
  return {string_or(item, "path", ""), bool_or(item, "is_directory", false), int_or(item, "file_size", 0),
          int_or(item, "last_modified", 0)};
}

std::string_view parent_of(std::string_view path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

}  // namespace

/// HEAD knows whether a folder is there; a file's size is in the list of its folder.
Result<std::optional<VolumeEntry>> Volumes::look(std::string_view path) const {
  auto folder = client_.call(requests::volume_folder_status(path));
  if (folder) return VolumeEntry{.path = std::string(path), .is_folder = true};
  if (folder.error().code != Code::not_found) return std::unexpected(folder.error());
  auto beside = list(parent_of(path));
  if (!beside && beside.error().code == Code::not_found) return std::nullopt;
  if (!beside) return std::unexpected(beside.error());
  auto found = std::ranges::find(*beside, path, &VolumeEntry::path);
  return found == beside->end() ? std::nullopt : std::optional(*found);
}

Result<std::vector<VolumeEntry>> Volumes::list(std::string_view path) const {
  auto items = all_items(client_, "contents",
                         [&](std::string_view token) { return requests::volume_list(path, token); });
  if (!items) return std::unexpected(items.error());
  std::vector<VolumeEntry> entries;
  for (const auto& item : *items) entries.push_back(entry_of(item));
  return entries;
}

Result<void> Volumes::make_folders(std::string_view path) const {
  return without_value(client_.call(requests::volume_make_folders(path)));
}

Result<void> Volumes::remove_file(std::string_view path) const {
  return without_value(client_.call(requests::volume_delete(path)));
}

Result<void> Volumes::remove_folder(std::string_view path) const {
  return without_value(client_.call(requests::volume_delete_folder(path)));
}

Result<void> Volumes::write(std::string_view path, std::shared_ptr<std::FILE> file, std::uint64_t bytes,
                            bool overwrite, const Sent& sent) const {
  auto request = requests::volume_put(path, {}, overwrite);
  request.bytes.reset();
  request.file = {.file = std::move(file), .bytes = bytes, .sent = sent};
  request.timeout = requests::volume_put_timeout(bytes);
  return without_value(client_.call(request));
}

Result<std::string> Volumes::read(std::string_view path, std::uint64_t offset,
                                  std::uint64_t bytes_max) const {
  if (bytes_max == 0) return std::string();
  auto answer = client_.call(requests::volume_read(path, offset, bytes_max));
  if (!answer) return std::unexpected(answer.error());
  if (!answer->is_string()) return fail(Code::unavailable, "the workspace sent no bytes");
  return std::string(answer->get_string());
}

}  // namespace weir::databricks
