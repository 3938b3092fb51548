#include "workspace/secrets/secrets_api.h"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::size_t name_length_max = 128;
constexpr std::size_t secret_bytes_max = 128 * 1024;
constexpr std::size_t secrets_per_scope_max = 1000;
constexpr auto permissions = std::to_array<std::string_view>({"READ", "WRITE", "MANAGE"});

bool is_name(std::string_view name) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '@';
  };
  return !name.empty() && name.size() <= name_length_max && std::ranges::all_of(name, allowed);
}

std::unexpected<ApiError> bad_name(std::string_view what, std::string_view name) {
  return invalid_parameter(
      fmt::format("The {} '{}' is not usable: it needs 1 to {} letters, digits, '-', '_', "
                  "'.' or '@'.",
                  what, name, name_length_max));
}

std::unexpected<ApiError> no_secret(std::string_view scope, std::string_view key) {
  return does_not_exist(fmt::format("Secret does not exist with scope: {} and key: {}", scope, key));
}

/// `string_value`, or `bytes_value` in base64.
Answer<std::string> value_in(const Call& call) {
  Fields in(call.fields);
  auto text = in.optional_text("string_value");
  auto bytes = in.optional_text("bytes_value");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (text.has_value() == bytes.has_value())
    return invalid_parameter("Give either 'string_value' or 'bytes_value'.");
  if (bytes) text = databricks::decode_base64(*bytes);
  if (!text) return invalid_parameter("'bytes_value' must be base64.");
  if (text->size() > secret_bytes_max)
    return invalid_parameter(
        fmt::format("The secret has {} bytes; the limit is {}.", text->size(), secret_bytes_max));
  return std::move(*text);
}

}  // namespace

void SecretsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("secrets/{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  constexpr Field scope = works("scope"), key = works("key");
  add("POST", "scopes/create",
      {works("scope"), works("scope_backend_type", "`DATABRICKS`"),
       kept("initial_manage_principal", "`users`")},
      [this](const Call& call) { return create_scope(call); });
  add("GET", "scopes/list", {}, [this](const Call&) { return list_scopes(); });
  add("POST", "scopes/delete", {scope}, [this](const Call& call) { return delete_scope(call); });
  add("POST", "put", {scope, key, works("string_value"), works("bytes_value")},
      [this](const Call& call) { return put(call); });
  add("GET", "get", {scope, key}, [this](const Call& call) { return get(call); });
  add("GET", "list", {scope}, [this](const Call& call) { return list(call); });
  add("POST", "delete", {scope, key}, [this](const Call& call) { return remove(call); });
  add("POST", "acls/put", {scope, kept("principal"), kept("permission")},
      [this](const Call& call) { return put_acl(call); });
  add("GET", "acls/get", {scope, works("principal")}, [this](const Call& call) { return get_acl(call); });
  add("GET", "acls/list", {scope}, [this](const Call& call) { return list_acls(call); });
  add("POST", "acls/delete", {scope, works("principal")},
      [this](const Call& call) { return remove_acl(call); });
}

Answer<std::string> SecretsApi::known_scope(const Call& call) {
  Fields in(call.fields);
  std::string scope = in.text("scope");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto known = secrets_.has_scope(scope);
  if (!known) return internal_error(known.error());
  if (!*known) return does_not_exist(fmt::format("Scope {} does not exist!", scope));
  return scope;
}

Reply SecretsApi::create_scope(const Call& call) {
  Fields in(call.fields);
  SecretScope scope{.name = in.text("scope"), .backend = in.text_or("scope_backend_type", "DATABRICKS")};
  std::string manager = in.text_or("initial_manage_principal", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!is_name(scope.name)) return bad_name("scope name", scope.name);
  if (scope.backend != "DATABRICKS")
    return invalid_parameter(
        fmt::format("The embedded workspace keeps secrets itself (DATABRICKS), not in {}.", scope.backend));
  if (!manager.empty() && manager != "users")
    return invalid_parameter("'initial_manage_principal' can only be 'users'.");
  auto known = secrets_.has_scope(scope.name);
  if (!known) return internal_error(known.error());
  if (*known) return already_exists(fmt::format("Scope {} already exists!", scope.name));
  if (auto added = secrets_.add_scope(scope); !added) return internal_error(added.error());
  SecretAcl acl{.principal = manager.empty() ? user_ : manager, .permission = "MANAGE"};
  auto kept = secrets_.put_acl(scope.name, acl);
  return kept ? ok() : internal_error(kept.error());
}

Reply SecretsApi::list_scopes() {
  auto scopes = secrets_.scopes();
  if (!scopes) return internal_error(scopes.error());
  JsonArray shown;
  for (const auto& scope : *scopes)
    shown.push_back(JsonObject{{"name", scope.name}, {"backend_type", scope.backend}});
  return shown.empty() ? ok() : ok({{"scopes", std::move(shown)}});
}

Reply SecretsApi::delete_scope(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  auto removed = secrets_.remove_scope(*scope);
  return removed ? ok() : internal_error(removed.error());
}

Reply SecretsApi::put(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  std::string key = in.text("key");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!is_name(key)) return bad_name("key", key);
  auto value = value_in(call);
  if (!value) return std::unexpected(value.error());
  auto names = secrets_.names(*scope);
  if (!names) return internal_error(names.error());
  if (names->size() >= secrets_per_scope_max &&
      !contains(*names | std::views::transform(&SecretName::key), key))
    return refuse(400, "RESOURCE_LIMIT_EXCEEDED",
                  fmt::format("Scope {} has {} secrets, which is the limit.", *scope, names->size()));
  auto kept = secrets_.put(*scope, key, *value, to_millis(clock_.now()));
  return kept ? ok() : internal_error(kept.error());
}

Reply SecretsApi::get(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  std::string key = in.text("key");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto value = secrets_.value(*scope, key);
  if (!value) return internal_error(value.error());
  if (!*value) return no_secret(*scope, key);
  return ok({{"key", key}, {"value", databricks::encode_base64(**value)}});
}

Reply SecretsApi::list(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  auto names = secrets_.names(*scope);
  if (!names) return internal_error(names.error());
  JsonArray shown;
  for (const auto& name : *names)
    shown.push_back(JsonObject{{"key", name.key}, {"last_updated_timestamp", name.updated_ms}});
  return shown.empty() ? ok() : ok({{"secrets", std::move(shown)}});
}

Reply SecretsApi::remove(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  std::string key = in.text("key");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto removed = secrets_.remove(*scope, key);
  if (!removed) return internal_error(removed.error());
  return *removed ? ok() : no_secret(*scope, key);
}

Reply SecretsApi::put_acl(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  SecretAcl acl{.principal = in.text("principal"), .permission = in.text("permission")};
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!contains(permissions, acl.permission))
    return invalid_parameter(
        fmt::format("'{}' is no permission: use READ, WRITE or MANAGE.", acl.permission));
  auto kept = secrets_.put_acl(*scope, acl);
  return kept ? ok() : internal_error(kept.error());
}

Reply SecretsApi::get_acl(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  std::string principal = in.text("principal");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto acls = secrets_.acls(*scope);
  if (!acls) return internal_error(acls.error());
  auto found = std::ranges::find(*acls, principal, &SecretAcl::principal);
  if (found == acls->end())
    return does_not_exist(fmt::format("Scope {} has no access list entry for {}.", *scope, principal));
  return ok({{"principal", found->principal}, {"permission", found->permission}});
}

Reply SecretsApi::list_acls(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  auto acls = secrets_.acls(*scope);
  if (!acls) return internal_error(acls.error());
  JsonArray shown;
  for (const auto& acl : *acls)
    shown.push_back(JsonObject{{"principal", acl.principal}, {"permission", acl.permission}});
  return ok({{"items", std::move(shown)}});
}

Reply SecretsApi::remove_acl(const Call& call) {
  auto scope = known_scope(call);
  if (!scope) return std::unexpected(scope.error());
  Fields in(call.fields);
  std::string principal = in.text("principal");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto removed = secrets_.remove_acl(*scope, principal);
  if (!removed) return internal_error(removed.error());
  if (!*removed)
    return does_not_exist(fmt::format("Scope {} has no access list entry for {}.", *scope, principal));
  return ok();
}

}  // namespace weir::workspace
