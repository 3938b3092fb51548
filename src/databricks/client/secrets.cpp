#include "databricks/client/secrets.h"

#include "base/nearest.h"
#include "databricks/client/blocking_parts.h"
#include "databricks/client/secret_requests.h"

namespace weir::databricks {
namespace {

std::string nearest_of(const Result<std::vector<json>>& things, std::string_view member,
                       std::string_view wanted) {
  std::vector<std::string> names;
  if (things) {
    for (const auto& thing : *things) names.push_back(string_or(thing, member, ""));
  }
  return suggest(wanted, names);
}

}  // namespace

/// "did you mean …?" when it is the scope that is missing.
Result<json> Secrets::with_nearest_scope(Result<json> answer, std::string_view scope) const {
  bool missing = !answer && answer.error().code == Code::not_found && answer.error().hint.empty();
  if (missing) answer.error().hint = nearest_of(scopes(), "name", scope);
  return answer;
}

Result<void> Secrets::create_scope(std::string_view scope) const {
  return without_value(client_.call(requests::create_scope({{"scope", scope}})));
}

Result<void> Secrets::remove_scope(std::string_view scope) const {
  return without_value(with_nearest_scope(client_.call(requests::delete_scope(scope)), scope));
}

Result<std::vector<json>> Secrets::scopes() const {
  auto answer = client_.call(requests::scopes());
  if (!answer) return std::unexpected(answer.error());
  return items_of(*answer, "scopes");
}

Result<void> Secrets::put(std::string_view scope, std::string_view key, const Credential& value) const {
  auto answer = client_.call(requests::put_secret(scope, key, value.reveal()));
  if (!answer) answer.error().message = redacted(std::move(answer.error().message), {&value, 1});
  return without_value(with_nearest_scope(std::move(answer), scope));
}

Result<void> Secrets::remove(std::string_view scope, std::string_view key) const {
  auto answer = client_.call(requests::delete_secret(scope, key));
  bool missing = !answer && answer.error().code == Code::not_found;
  if (missing) answer.error().hint = nearest_of(list(scope), "key", key);
  return without_value(with_nearest_scope(std::move(answer), scope));
}

Result<std::vector<json>> Secrets::list(std::string_view scope) const {
  auto answer = with_nearest_scope(client_.call(requests::secrets(scope)), scope);
  if (!answer) return std::unexpected(answer.error());
  return items_of(*answer, "secrets");
}

}  // namespace weir::databricks
