#include "workspace/secrets/secret_store.h"

#include "workspace/home/sql.h"
#include "workspace/rest/text.h"

namespace weir::workspace {

Result<std::vector<SecretScope>> SecretStore::scopes() {
  std::vector<SecretScope> scopes;
  auto read = each_row(
      state_.database(), "SELECT name, backend FROM secret_scopes ORDER BY name",
      [&](sqlite::Statement& row) { scopes.push_back({.name = row.text(0), .backend = row.text(1)}); });
  return value_after(read, std::move(scopes));
}

Result<bool> SecretStore::has_scope(std::string_view scope) {
  bool found = false;
  auto read = each_row(
      state_.database(), "SELECT 1 FROM secret_scopes WHERE name = ?",
      [&](sqlite::Statement&) { found = true; }, scope);
  return value_after(read, found);
}

Result<void> SecretStore::add_scope(const SecretScope& scope) {
  return execute(state_.database(), "INSERT INTO secret_scopes (name, backend) VALUES (?, ?)", scope.name,
                 scope.backend);
}

Result<void> SecretStore::remove_scope(std::string_view scope) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  for (std::string_view sql :
       {"DELETE FROM secrets WHERE scope = ?", "DELETE FROM secret_acls WHERE scope = ?",
        "DELETE FROM secret_scopes WHERE name = ?"})
    if (auto removed = execute(state_.database(), sql, scope); !removed) return removed;
  return transaction->commit();
}

Result<std::vector<SecretName>> SecretStore::names(std::string_view scope) {
  std::vector<SecretName> names;
  auto read = each_row(
      state_.database(), "SELECT key, updated_ms FROM secrets WHERE scope = ? ORDER BY key",
      [&](sqlite::Statement& row) { names.push_back({.key = row.text(0), .updated_ms = row.integer(1)}); },
      scope);
  return value_after(read, std::move(names));
}

Result<std::optional<std::string>> SecretStore::value(std::string_view scope, std::string_view key) {
  std::optional<std::string> sealed;
  auto read = each_row(
      state_.database(), "SELECT sealed FROM secrets WHERE scope = ? AND key = ?",
      [&](sqlite::Statement& row) { sealed = row.text(0); }, scope, key);
  if (!read) return std::unexpected(read.error());
  if (!sealed) return std::nullopt;
  auto value = box_.unseal(*sealed, scope, key);
  if (!value) return std::unexpected(value.error());
  return std::move(*value);
}

Result<void> SecretStore::put(std::string_view scope, std::string_view key, std::string_view value,
                              std::int64_t now_ms) {
  return execute(state_.database(),
                 "INSERT INTO secrets (scope, key, sealed, updated_ms) VALUES (?, ?, ?, ?)"
                 " ON CONFLICT DO UPDATE SET sealed = excluded.sealed, updated_ms = excluded.updated_ms",
                 scope, key, box_.seal(value, scope, key), now_ms);
}

Result<bool> SecretStore::exists(std::string_view sql, std::string_view scope, std::string_view key) {
  bool found = false;
  auto read = each_row(state_.database(), sql, [&](sqlite::Statement&) { found = true; }, scope, key);
  return value_after(read, found);
}

Result<bool> SecretStore::remove(std::string_view scope, std::string_view key) {
  return exists("DELETE FROM secrets WHERE scope = ? AND key = ? RETURNING 1", scope, key);
}

Result<std::vector<SecretAcl>> SecretStore::acls(std::string_view scope) {
  std::vector<SecretAcl> acls;
  auto read = each_row(
      state_.database(), "SELECT principal, permission FROM secret_acls WHERE scope = ? ORDER BY principal",
      [&](sqlite::Statement& row) { acls.push_back({.principal = row.text(0), .permission = row.text(1)}); },
      scope);
  return value_after(read, std::move(acls));
}

Result<void> SecretStore::put_acl(std::string_view scope, const SecretAcl& acl) {
  return execute(state_.database(),
                 "INSERT INTO secret_acls (scope, principal, permission) VALUES (?, ?, ?)"
                 " ON CONFLICT DO UPDATE SET permission = excluded.permission",
                 scope, acl.principal, acl.permission);
}

Result<bool> SecretStore::remove_acl(std::string_view scope, std::string_view principal) {
  return exists("DELETE FROM secret_acls WHERE scope = ? AND principal = ? RETURNING 1", scope, principal);
}

std::optional<SecretReference> parse_secret_reference(std::string_view value) {
  constexpr std::string_view open = "{{secrets/";
  constexpr std::string_view close = "}}";
  value = trimmed(value);
  if (!value.starts_with(open) || !value.ends_with(close)) return std::nullopt;
  std::string_view inner = value.substr(open.size(), value.size() - open.size() - close.size());
  std::size_t slash = inner.find('/');
  if (slash == inner.npos || slash == 0 || slash + 1 == inner.size()) return std::nullopt;
  return SecretReference{.scope = std::string(inner.substr(0, slash)),
                         .key = std::string(inner.substr(slash + 1))};
}

}  // namespace weir::workspace
