#include "databricks/client/dbfs_requests.h"

#include "databricks/client/request_parts.h"
#include "databricks/wire/base64.h"

namespace weir::databricks::requests {
namespace {

std::string plain(std::string_view path) {
  if (path.starts_with("dbfs:")) path.remove_prefix(5);
  return std::string(path.empty() ? "/" : path);
}

}  // namespace

ApiRequest dbfs_status(std::string_view path) {
  return ask("/api/2.0/dbfs/get-status", {{"path", plain(path)}});
}

ApiRequest dbfs_list(std::string_view path) { return ask("/api/2.0/dbfs/list", {{"path", plain(path)}}); }

ApiRequest dbfs_make_folders(std::string_view path) {
  return order("/api/2.0/dbfs/mkdirs", {{"path", plain(path)}});
}

ApiRequest dbfs_delete(std::string_view path, bool recursive) {
  return order("/api/2.0/dbfs/delete", {{"path", plain(path)}, {"recursive", recursive}});
}

ApiRequest dbfs_move(std::string_view from, std::string_view to) {
  return order_once("/api/2.0/dbfs/move", {{"source_path", plain(from)}, {"destination_path", plain(to)}});
}

ApiRequest dbfs_put(std::string_view path, std::string_view contents, bool overwrite) {
  json body = {{"path", plain(path)}, {"contents", encode_base64(contents)}, {"overwrite", overwrite}};
  return overwrite ? order("/api/2.0/dbfs/put", std::move(body))
                   : order_once("/api/2.0/dbfs/put", std::move(body));
}

ApiRequest dbfs_read(std::string_view path, std::size_t offset, std::size_t bytes) {
  return ask("/api/2.0/dbfs/read",
             {{"path", plain(path)}, {"offset", std::to_string(offset)}, {"length", std::to_string(bytes)}});
}

ApiRequest dbfs_create(std::string_view path, bool overwrite) {
  json body = {{"path", plain(path)}, {"overwrite", overwrite}};
  return overwrite ? order("/api/2.0/dbfs/create", std::move(body))
                   : order_once("/api/2.0/dbfs/create", std::move(body));
}

ApiRequest dbfs_add_block(std::int64_t handle, std::string_view contents) {
  return order_once("/api/2.0/dbfs/add-block", {{"handle", handle}, {"data", encode_base64(contents)}});
}

ApiRequest dbfs_close(std::int64_t handle) { return order_once("/api/2.0/dbfs/close", {{"handle", handle}}); }

}  // namespace weir::databricks::requests
