#include "workspace/files/files_api.h"

#include <fmt/format.h>

#include "workspace/files/byte_range.h"
#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::uint64_t file_bytes_max = std::uint64_t{1} << 40;

std::string header_of(const Call& call, std::string_view name) {
  return net::header(call.request->headers, name).value_or("");
}

/// Whether the client says that the file must not have changed since a moment before its last change.
bool has_changed(const Call& call, const FileEntry& entry) {
  auto since = seconds_of_http_date(header_of(call, "If-Unmodified-Since"));
  return since && entry.modified_ms / 1000 > *since;
}

net::ServerResponse not_satisfiable(std::int64_t size) {
  auto response = to_response({416, "INVALID_RANGE", fmt::format("The file has {} bytes.", size)});
  response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
  return response;
}

}  // namespace

Answer<TreePath> volume_path(std::string_view text, std::size_t parts_min) {
  auto path = TreePath::parse(text);
  if (!path) return invalid_parameter(path.error());
  if (path->is_root() || path->parts().front() != "Volumes" || path->parts().size() < parts_min)
    return invalid_parameter(
        fmt::format("'{}' is no path of a volume: those are /Volumes/<catalog>/<schema>/<volume>{}.", text,
                    parts_min == parts_of_file ? "/<file>" : ""));
  return *path;
}

Answer<TreePath> volume_path_in(const Call& call, std::size_t parts_min) {
  Fields in(call.fields);
  std::string text = in.text("path");
  if (in.refusal()) return std::unexpected(*in.refusal());
  return volume_path(text.starts_with('/') ? text : "/" + text, parts_min);
}

net::ServerResponse no_content() { return {.status = 204}; }

void FilesApi::add_routes(Router& router) {
  add_file_routes(router);
  add_directory_routes(router);
  add_upload_routes(router);
}

void FilesApi::add_file_routes(Router& router) {
  auto add = [&](std::string_view method, std::vector<Field> fields, Handler handler,
                 Bodies bodies = Bodies::json) {
    router.add_api({"2.0"}, "fs/files/{path...}",
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .bodies = bodies,
                    .body_bytes_max = bodies == Bodies::file ? file_bytes_max : 0,
                    .fields = std::move(fields)});
  };
  auto download_it = [this](const Call& call) { return download(call); };
  add("GET", {works("Range", "a header"), works("If-Unmodified-Since", "a header")}, download_it);
  add("HEAD", {works("If-Unmodified-Since", "a header")}, download_it);
  add(
      "PUT",
      {works("overwrite"), works("session_token", "of an upload in parts"), works("part_number"),
       works("upload_type")},
      [this](const Call& call) { return put(call); }, Bodies::file);
  add("DELETE", {works("action", "`abort-upload`"), works("session_token")},
      [this](const Call& call) { return remove(call); });
  add("POST",
      {works("action", "`initiate-upload` or `complete-upload`"), works("overwrite"), works("session_token"),
       works("upload_type", "`multipart`"), works("parts")},
      [this](const Call& call) { return act(call); });
}

Reply FilesApi::download(const Call& call) const {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  auto opened = tree_.open(*path);
  if (!opened) return volume_refusal(opened.error(), *path);
  const FileEntry& entry = opened->entry;
  if (has_changed(call, entry))
    return refuse(412, "PRECONDITION_FAILED", fmt::format("{} was changed since.", path->text()));
  auto range = range_in(header_of(call, "Range"), static_cast<std::uint64_t>(entry.size));
  if (!range) return not_satisfiable(entry.size);
  net::ServerResponse response{
      .content_type = "application/octet-stream",
      .headers = {{"Last-Modified", http_date(entry.modified_ms)}, {"Accept-Ranges", "bytes"}},
      .file = {.file = std::make_shared<const Descriptor>(std::move(opened->file)),
               .offset = range->offset,
               .bytes = range->bytes}};
  if (range->bytes != static_cast<std::uint64_t>(entry.size)) {
    response.status = 206;
    response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->offset,
                                                               range->offset + range->bytes - 1, entry.size));
  }
  return response;
}

Reply FilesApi::put(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  bool overwrite = in.boolean_or("overwrite", true);
  auto token = in.optional_text("session_token");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (token) return put_part(call, *path, *token);
  auto written = call.body_file.empty() ? tree_.write(*path, call.request->body, overwrite)
                                        : tree_.adopt(call.body_file, *path, overwrite);
  return written ? Reply(no_content()) : volume_refusal(written.error(), *path);
}

Reply FilesApi::remove(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string action = in.text_or("action", "");
  std::string token = in.text_or("session_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (action == "abort-upload") {
    if (uploads_.find(token, *path)) uploads_.give_up(token);
    return ok();
  }
  auto entry = tree_.status(*path);
  if (entry && entry->is_directory) return volume_refusal(FileFault::not_found, *path);
  auto removed = tree_.remove(*path, false);
  return removed ? Reply(no_content()) : volume_refusal(removed.error(), *path);
}

}  // namespace weir::workspace
