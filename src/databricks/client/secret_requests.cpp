#include "databricks/client/secret_requests.h"

#include "databricks/client/request_parts.h"

namespace weir::databricks::requests {

ApiRequest create_scope(json body) { return order_once("/api/2.0/secrets/scopes/create", std::move(body)); }

ApiRequest delete_scope(std::string_view scope) {
  return order_once("/api/2.0/secrets/scopes/delete", {{"scope", scope}});
}

ApiRequest scopes() { return ask("/api/2.0/secrets/scopes/list"); }

ApiRequest put_secret(std::string_view scope, std::string_view key, std::string_view value) {
  return order("/api/2.0/secrets/put", {{"scope", scope}, {"key", key}, {"string_value", value}});
}

ApiRequest delete_secret(std::string_view scope, std::string_view key) {
  return order_once("/api/2.0/secrets/delete", {{"scope", scope}, {"key", key}});
}

ApiRequest secrets(std::string_view scope) {
  return ask("/api/2.0/secrets/list", {{"scope", std::string(scope)}});
}

}  // namespace weir::databricks::requests
