#include "databricks/client/workspace_requests.h"

#include "databricks/client/request_parts.h"
#include "databricks/wire/base64.h"

namespace weir::databricks::requests {

ApiRequest workspace_status(std::string_view path) {
  return ask("/api/2.0/workspace/get-status", {{"path", std::string(path)}});
}

ApiRequest workspace_list(std::string_view path) {
  return ask("/api/2.0/workspace/list", {{"path", std::string(path)}});
}

ApiRequest workspace_make_folders(std::string_view path) {
  return order("/api/2.0/workspace/mkdirs", {{"path", path}});
}

ApiRequest workspace_delete(std::string_view path, bool recursive) {
  return order("/api/2.0/workspace/delete", {{"path", path}, {"recursive", recursive}});
}

ApiRequest workspace_import(JsonObject how, std::string_view contents, bool overwrite) {
  how["content"] = encode_base64(contents);
  how["overwrite"] = overwrite;
  return overwrite ? order("/api/2.0/workspace/import", std::move(how))
                   : order_once("/api/2.0/workspace/import", std::move(how));
}

ApiRequest workspace_export(std::string_view path, std::string_view format) {
  return ask("/api/2.0/workspace/export", {{"path", std::string(path)}, {"format", std::string(format)}});
}

}  // namespace weir::databricks::requests
