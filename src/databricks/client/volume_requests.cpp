#include "databricks/client/volume_requests.h"

#include <algorithm>

#include <fmt/format.h>

#include "databricks/client/request_parts.h"

namespace weir::databricks::requests {
namespace {

std::string address(std::string_view kind, std::string_view path) {
  std::string result = "/api/2.0/fs/" + std::string(kind);
  while (!path.empty()) {
    auto slash = path.find('/', 1);
    auto part = path.substr(0, slash);
    if (part.starts_with('/')) part.remove_prefix(1);
    result += "/" + net::percent_encode(part);
    path = slash == path.npos ? std::string_view() : path.substr(slash);
  }
  return result;
}

ApiRequest file(std::string method, std::string_view path) {
  return {.method = std::move(method), .path = address("files", path), .repeatable = true};
}

ApiRequest folder(std::string method, std::string_view path) {
  return {.method = std::move(method), .path = address("directories", path), .repeatable = true};
}

}  // namespace

ApiRequest volume_put(std::string_view path, std::string contents, bool overwrite) {
  auto request = file("PUT", path);
  request.query = {{"overwrite", overwrite ? "true" : "false"}};
  request.timeout = volume_put_timeout(contents.size());
  request.bytes = std::move(contents);
  request.repeatable = overwrite;
  return request;
}

std::chrono::milliseconds volume_put_timeout(std::uint64_t bytes) {
  constexpr std::chrono::seconds at_least{60};
  constexpr std::chrono::seconds per_mebibyte{2};
  return std::max<std::chrono::milliseconds>(at_least, per_mebibyte * (bytes >> 20));
}

ApiRequest volume_read(std::string_view path, std::uint64_t offset, std::uint64_t bytes_max) {
  auto request = file("GET", path);
  request.answers_bytes = true;
  request.headers = {{"Range", fmt::format("bytes={}-{}", offset, offset + bytes_max - 1)}};
  return request;
}

ApiRequest volume_status(std::string_view path) { return file("HEAD", path); }

ApiRequest volume_folder_status(std::string_view path) { return folder("HEAD", path); }

ApiRequest volume_delete(std::string_view path) { return file("DELETE", path); }

ApiRequest volume_list(std::string_view path, std::string_view page_token) {
  auto request = folder("GET", path);
  request.query = with_page({}, page_token);
  return request;
}

ApiRequest volume_make_folders(std::string_view path) { return folder("PUT", path); }

ApiRequest volume_delete_folder(std::string_view path) { return folder("DELETE", path); }

}  // namespace weir::databricks::requests
