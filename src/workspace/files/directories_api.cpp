// The folders of FilesApi.
#include <algorithm>

#include <fmt/format.h>

#include "workspace/files/file_faults.h"
#include "workspace/files/files_api.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/page_token.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t entries_per_page_max = 1000;

JsonObject to_json(const TreePath& path, const FileEntry& entry) {
  JsonObject shown{{"path", path.text()},
                   {"name", entry.name},
                   {"is_directory", entry.is_directory},
                   {"last_modified", entry.modified_ms}};
  if (!entry.is_directory) shown["file_size"] = entry.size;
  return shown;
}

}  // namespace

void FilesApi::add_directory_routes(Router& router) {
  auto add = [&](std::string_view method, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, "fs/directories/{path...}",
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  add("GET", {works("page_size"), works("page_token")}, [this](const Call& call) { return list(call); });
  add("HEAD", {}, [this](const Call& call) { return directory_status(call); });
  add("PUT", {}, [this](const Call& call) { return make_directory(call); });
  add("DELETE", {}, [this](const Call& call) { return remove_directory(call); });
}

Reply FilesApi::list(const Call& call) const {
  auto path = volume_path_in(call, 1);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::int64_t page_size = in.integer_or("page_size", entries_per_page_max);
  std::string token = in.text_or("page_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (page_size < 0) return invalid_parameter("'page_size' may not be negative.");
  if (page_size == 0 || page_size > entries_per_page_max) page_size = entries_per_page_max;
  auto after = name_of_page_token(token);
  if (!after) return std::unexpected(after.error());

  auto limit = static_cast<std::size_t>(page_size);
  auto entries = tree_.list(*path, {.after = *after, .entries_max = limit + 1});
  if (!entries) return volume_refusal(entries.error(), *path);
  JsonObject page;
  if (entries->size() > limit) {
    entries->pop_back();
    page["next_page_token"] = page_token_after(entries->back().name);
  }
  JsonArray contents;
  for (const auto& entry : *entries) contents.push_back(to_json(path->child(entry.name), entry));
  page["contents"] = std::move(contents);
  return ok(std::move(page));
}

Reply FilesApi::directory_status(const Call& call) const {
  auto path = volume_path_in(call, 1);
  if (!path) return std::unexpected(path.error());
  auto entry = tree_.status(*path);
  if (!entry || !entry->is_directory) return volume_refusal(FileFault::not_found, *path);
  return net::ServerResponse{};
}

Reply FilesApi::make_directory(const Call& call) const {
  auto path = volume_path_in(call, parts_of_volume);
  if (!path) return std::unexpected(path.error());
  auto made = tree_.make_directories(*path);
  if (!made && made.error() == FileFault::not_a_directory)
    return refuse(409, "ALREADY_EXISTS", fmt::format("{} is a file, or below one.", path->text()));
  return made ? Reply(no_content()) : volume_refusal(made.error(), *path);
}

Reply FilesApi::remove_directory(const Call& call) const {
  auto path = volume_path_in(call, parts_of_volume);
  if (!path) return std::unexpected(path.error());
  auto entry = tree_.status(*path);
  if (!entry || !entry->is_directory) return volume_refusal(FileFault::not_found, *path);
  auto removed = tree_.remove(*path, false);
  return removed ? Reply(no_content()) : volume_refusal(removed.error(), *path);
}

}  // namespace weir::workspace
