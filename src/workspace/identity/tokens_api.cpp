#include "workspace/identity/tokens_api.h"

#include <limits>

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::size_t tokens_max = 600;
constexpr std::size_t comment_bytes_max = 1024;
constexpr std::size_t id_bytes = 32;
constexpr std::int64_t lifetime_seconds_max = std::int64_t{100} * 365 * 24 * 60 * 60;

std::unexpected<ApiError> no_token(std::string_view id) {
  return does_not_exist(fmt::format("Token with ID {} does not exist.", id));
}

}  // namespace

void TokensApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, name,
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  add("POST", "token/create",
      {works("comment"), works("lifetime_seconds"), refused("scopes", "its tokens may do everything")},
      [this](const Call& call) { return create(call); });
  add("GET", "token/list", {}, [this](const Call&) { return list(false); });
  add("POST", "token/delete", {works("token_id")}, [this](const Call& call) { return remove(call); });
  constexpr std::string_view one_user = "there is one user";
  add("GET", "token-management/tokens",
      {kept("created_by_id", one_user), kept("created_by_username", one_user)},
      [this](const Call&) { return list(true); });
  add("GET", "token-management/tokens/{token_id}", {}, [this](const Call& call) { return get(call); });
  add("DELETE", "token-management/tokens/{token_id}", {}, [this](const Call& call) { return remove(call); });
  router.add_api({"2.0"}, "token-management/on-behalf-of/tokens",
                 {.method = "POST",
                  .treatment = Treatment::refused,
                  .note = "it has no service principals; POST /api/2.0/token/create makes a token",
                  .fields = std::vector<Field>{}});
}

JsonObject TokensApi::show(const UserToken& token, bool with_owner) const {
  JsonObject shown{{"token_id", token.id},
                   {"creation_time", token.created_ms},
                   {"expiry_time", token.ends_ms},
                   {"comment", token.comment}};
  if (with_owner) {
    shown["created_by_id"] = identity_.user_id();
    shown["created_by_username"] = identity_.user;
    shown["owner_id"] = identity_.user_id();
  }
  return shown;
}

Reply TokensApi::create(const Call& call) {
  Fields in(call.fields);
  UserToken token{.comment = in.text_or("comment", ""), .created_ms = to_millis(clock_.now())};
  std::int64_t lifetime = in.integer_or("lifetime_seconds", -1);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (lifetime == 0 || lifetime < -1 || lifetime > lifetime_seconds_max)
    return invalid_parameter(
        fmt::format("'lifetime_seconds' is from 1 to {}, or -1 for ever.", lifetime_seconds_max));
  if (token.comment.size() > comment_bytes_max)
    return invalid_parameter(fmt::format("'comment' holds at most {} bytes.", comment_bytes_max));
  if (tokens_.all().size() >= tokens_max)
    return refuse(400, "QUOTA_EXCEEDED", fmt::format("There are {} tokens, which is the limit.", tokens_max));
  SystemRandom random;
  token.id = random_hex(random, id_bytes);
  if (lifetime > 0) token.ends_ms = token.created_ms + lifetime * 1000;
  auto value = tokens_.add(token);
  if (!value) return internal_error(value.error());
  return ok({{"token_value", *value}, {"token_info", show(token, false)}});
}

Reply TokensApi::list(bool with_owner) const {
  JsonArray shown;
  for (const auto& token : tokens_.all()) shown.push_back(show(token, with_owner));
  return shown.empty() ? ok() : ok({{"token_infos", std::move(shown)}});
}

Reply TokensApi::get(const Call& call) const {
  Fields in(call.fields);
  std::string id = in.text("token_id");
  auto token = tokens_.find(id);
  return token ? ok({{"token_info", show(*token, true)}}) : no_token(id);
}

Reply TokensApi::remove(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("token_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto removed = tokens_.remove(id);
  if (!removed) return internal_error(removed.error());
  return *removed ? ok() : no_token(id);
}

}  // namespace weir::workspace
