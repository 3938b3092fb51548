// Secret scopes, the secrets in them and who may use them. Values are encrypted before they reach the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/home/state.h"
#include "workspace/secrets/secret_box.h"

namespace weir::workspace {

struct SecretScope {
  std::string name{};
  std::string backend = "DATABRICKS";
};

struct SecretName {
  std::string key{};
  std::int64_t updated_ms = 0;
};

struct SecretAcl {
  std::string principal{};
  std::string permission{};  ///< READ, WRITE or MANAGE
};

class SecretStore {
 public:
  SecretStore(State& state, SecretBox box) : state_(state), box_(std::move(box)) {}

  Result<std::vector<SecretScope>> scopes();
  Result<bool> has_scope(std::string_view scope);
  Result<void> add_scope(const SecretScope& scope);
  Result<void> remove_scope(std::string_view scope);  ///< with everything in it

  Result<std::vector<SecretName>> names(std::string_view scope);
  Result<std::optional<std::string>> value(std::string_view scope, std::string_view key);
  Result<void> put(std::string_view scope, std::string_view key, std::string_view value, std::int64_t now_ms);
  Result<bool> remove(std::string_view scope, std::string_view key);  ///< false when it was not there

  Result<std::vector<SecretAcl>> acls(std::string_view scope);
  Result<void> put_acl(std::string_view scope, const SecretAcl& acl);
  Result<bool> remove_acl(std::string_view scope, std::string_view principal);

 private:
  Result<bool> exists(std::string_view sql, std::string_view scope, std::string_view key);
  State& state_;
  SecretBox box_;
};

/// "{{secrets/<scope>/<key>}}", which may stand as a value of spark_conf and spark_env_vars.
struct SecretReference {
  std::string scope{};
  std::string key{};
};
std::optional<SecretReference> parse_secret_reference(std::string_view value);

}  // namespace weir::workspace
