// The uploads in parts of FilesApi, and the addresses at which clients send them. On Databricks these addresses are the
// cloud's and carry a signature; here they are the workspace's own, and come with a token that ends in an hour and opens
// nothing else.
#include <algorithm>

#include <fmt/format.h>

#include "workspace/files/file_faults.h"
#include "workspace/files/files_api.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t parts_max = 10'000;
constexpr std::int64_t urls_max = 1'000;  ///< in one answer

std::unexpected<ApiError> no_upload(const TreePath& path) {
  return refuse(
      404, "NOT_FOUND",
      fmt::format("No upload of {} has this session_token; uploads end with the server.", path.text()));
}

/// Why these parts are not those that have arrived, all of them and in order.
std::optional<ApiError> differ(const PartUploads::Upload& upload, const JsonArray& told) {
  auto wrong = [](std::string message) { return invalid_parameter(std::move(message)).error(); };
  if (told.size() != upload.parts.size() || told.empty())
    return wrong(
        fmt::format("'parts' names {} parts, and {} have arrived.", told.size(), upload.parts.size()));
  auto arrived = upload.parts.begin();
  for (const json& part : told) {
    if (int_or(part, "part_number", 0) != arrived->first)
      return wrong("'parts' must name every part that has arrived, the lowest number first.");
    if (string_or(part, "etag", "") != arrived->second.tag)
      return wrong(fmt::format("The etag of part {} is not that of its last upload.", arrived->first));
    ++arrived;
  }
  return std::nullopt;
}

}  // namespace

void FilesApi::add_upload_routes(Router& router) {
  auto add = [&](std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api({"2.0"}, fmt::format("fs/{}", name),
                   {.method = "POST", .handler = std::move(handler), .fields = std::move(fields)});
  };
  constexpr std::string_view hour = "the address is good for an hour";
  add("create-upload-part-urls",
      {works("path"), works("session_token"), works("start_part_number"), works("count"),
       kept("expire_time", hour)},
      [this](const Call& call) { return part_urls(call); });
  add("create-abort-upload-url", {works("path"), works("session_token"), kept("expire_time", hour)},
      [this](const Call& call) { return abort_url(call); });
  add("create-download-url", {works("path"), kept("expire_time", hour)},
      [this](const Call& call) { return download_url(call); });
}

Reply FilesApi::act(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string action = in.text("action");
  bool overwrite = in.boolean_or("overwrite", true);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (action == "complete-upload") return complete(call, *path);
  if (action != "initiate-upload")
    return invalid_parameter(
        fmt::format("'action' is initiate-upload or complete-upload, not '{}'.", action));
  auto entry = tree_.status(*path);
  if (entry && entry->is_directory) return volume_refusal(FileFault::is_a_directory, *path);
  if (entry && !overwrite) return volume_refusal(FileFault::exists, *path);
  std::string token = uploads_.begin(*path, overwrite);
  if (token.empty())
    return refuse(429, "RESOURCE_EXHAUSTED", "Too many uploads are open; complete some first.");
  return ok({{"multipart_upload", {{"session_token", token}}}});
}

Reply FilesApi::put_part(const Call& call, const TreePath& path, const std::string& token) {
  Fields in(call.fields);
  std::int64_t number = in.integer("part_number");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (number < 1 || number > parts_max)
    return invalid_parameter(fmt::format("'part_number' is from 1 to {}, not {}.", parts_max, number));
  auto* upload = uploads_.find(token, path);
  if (!upload) return no_upload(path);
  if (call.body_file.empty()) return invalid_parameter("A part has at least one byte.");
  std::string tag = uploads_.add(*upload, number, call.body_file);
  if (tag.empty()) return volume_refusal(FileFault::io, path);
  return net::ServerResponse{.headers = {{"ETag", tag}}};
}

Reply FilesApi::complete(const Call& call, const TreePath& path) {
  Fields in(call.fields);
  std::string token = in.text("session_token");
  const JsonArray* parts = in.optional_array("parts");
  if (in.refusal()) return std::unexpected(*in.refusal());
  const auto* upload = uploads_.find(token, path);
  if (!upload) return no_upload(path);
  if (auto wrong = differ(*upload, parts ? *parts : JsonArray{})) return std::unexpected(*wrong);
  return net::ServerResponse{.later = [this, token, path](net::ServerResponse::Answer answer) {
    uploads_.join(token, [answer = std::move(answer), path](FileResult<void> joined) {
      answer(joined ? *ok() : to_response(volume_refusal(joined.error(), path).error()));
    });
  }};
}

/// {"url", "headers"}: an address of this server, as the client knows it, and what opens it.
JsonObject FilesApi::signed_url(const Call& call, std::string_view method, const TreePath& path,
                                std::string_view query) const {
  std::string target = "/api/2.0/fs/files";
  for (const auto& part : path.parts()) target += "/" + net::percent_encode(part);
  target += query;
  JsonObject header{{"name", "Authorization"}, {"value", "Bearer " + tokens_.issue_for(method, target)}};
  return {{"url", call.origin() + target}, {"headers", JsonArray{std::move(header)}}};
}

Reply FilesApi::part_urls(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string token = in.text("session_token");
  std::int64_t first = in.integer_or("start_part_number", 1);
  std::int64_t count = in.integer_or("count", 1);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!uploads_.find(token, *path)) return no_upload(*path);
  if (first < 1 || count < 1 || first > parts_max)
    return invalid_parameter("'start_part_number' and 'count' start at 1.");
  count = std::min({count, urls_max, parts_max - first + 1});
  JsonArray urls;
  for (std::int64_t number = first; number < first + count; ++number) {
    JsonObject url =
        signed_url(call, "PUT", *path,
                   fmt::format("?upload_type=multipart&session_token={}&part_number={}", token, number));
    url["part_number"] = number;
    urls.push_back(std::move(url));
  }
  return ok({{"upload_part_urls", std::move(urls)}});
}

Reply FilesApi::abort_url(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string token = in.text("session_token");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!uploads_.find(token, *path)) return no_upload(*path);
  return ok({{"abort_upload_url", signed_url(call, "DELETE", *path,
                                             fmt::format("?action=abort-upload&session_token={}", token))}});
}

Reply FilesApi::download_url(const Call& call) {
  auto path = volume_path_in(call, parts_of_file);
  if (!path) return std::unexpected(path.error());
  auto entry = tree_.status(*path);
  if (!entry || entry->is_directory) return volume_refusal(FileFault::not_found, *path);
  return ok(signed_url(call, "GET", *path, ""));
}

}  // namespace weir::workspace
