#include "workspace/kept/policies_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::string_view family_id = "unrestricted";

/// The one family: it restricts nothing, which is what happens here.
JsonObject family() {
  return {{"policy_family_id", family_id},
          {"name", "Unrestricted"},
          {"description", "Clusters of any kind."},
          {"definition", "{}"}};
}

/// A text that must be a JSON object, as definitions are.
std::optional<ApiError> check_definition(Fields& in, std::string_view field) {
  auto text = in.optional_text(field);
  if (in.refusal() || !text || text->empty()) return in.refusal();
  auto definition = parse_json(*text);
  if (!definition)
    return invalid_parameter(fmt::format("'{}' is no JSON: {}.", field, definition.error().message)).error();
  if (definition->is_object()) return std::nullopt;
  return invalid_parameter(fmt::format("'{}' must be a JSON object, not {}.", field, type_name(*definition)))
      .error();
}

Answer<JsonObject> policy_in(const JsonObject& fields) {
  Fields in(fields);
  for (auto field : {"definition", "policy_family_definition_overrides"})
    if (auto wrong = check_definition(in, field)) return std::unexpected(*wrong);
  std::string of_family = in.text_or("policy_family_id", "");
  auto definition = in.optional_text("definition");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!of_family.empty() && of_family != family_id)
    return does_not_exist(fmt::format("There is no policy family with the id {}.", of_family));
  if (!of_family.empty() && definition)
    return invalid_parameter("Give either 'definition' or 'policy_family_id', not both.");
  JsonObject policy = without(fields, {});
  if (!definition) policy["definition"] = string_or(json(fields), "policy_family_definition_overrides", "{}");
  return policy;
}

}  // namespace

void PoliciesApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api({"2.0"}, fmt::format("policies/clusters/{}", name),
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .treatment = Treatment::kept,
                    .fields = std::move(fields)});
  };
  std::vector<Field> spec{works("name"),
                          kept("definition", "must be a JSON object"),
                          kept("description"),
                          kept("libraries"),
                          kept("max_clusters_per_user"),
                          kept("policy_family_id"),
                          kept("policy_family_definition_overrides")};
  add("POST", "create", spec, [this](const Call& call) { return create(call); });
  spec.push_back(works("policy_id"));
  add("POST", "edit", spec, [this](const Call& call) { return edit(call); });
  add("GET", "get", {works("policy_id")}, [this](const Call& call) -> Reply {
    auto policy = policies_.of(call);
    return policy ? ok(std::move(*policy)) : std::unexpected(policy.error());
  });
  add("GET", "list", {works("sort_column"), works("sort_order")},
      [this](const Call& call) { return list(call); });
  add("POST", "delete", {works("policy_id")}, [this](const Call& call) -> Reply {
    auto removed = policies_.remove(call);
    return removed ? ok() : std::unexpected(removed.error());
  });
  add_family_routes(router);
}

void PoliciesApi::add_family_routes(Router& router) {
  router.add_api({"2.0"}, "policy-families",
                 {.method = "GET",
                  .handler = [](const Call&) { return ok({{"policy_families", JsonArray{family()}}}); },
                  .treatment = Treatment::kept,
                  .note = "one family, which restricts nothing",
                  .fields = std::vector<Field>{kept("max_results"), kept("page_token")}});
  router.add_api({"2.0"}, "policy-families/{policy_family_id}",
                 {.method = "GET",
                  .handler = [](const Call& call) -> Reply {
                    std::string id = string_or(json(call.fields), "policy_family_id", "");
                    if (id == family_id) return ok(family());
                    return does_not_exist(fmt::format("There is no policy family with the id {}.", id));
                  },
                  .treatment = Treatment::kept,
                  .fields = std::vector<Field>{kept("version")}});
}

Reply PoliciesApi::create(const Call& call) {
  auto policy = policy_in(call.fields);
  if (!policy) return std::unexpected(policy.error());
  (*policy)["creator_user_name"] = user_;
  (*policy)["created_at_timestamp"] = to_millis(clock_.now());
  (*policy)["is_default"] = false;
  auto added = policies_.add(std::move(*policy));
  return added ? ok({{"policy_id", added->at("policy_id")}}) : std::unexpected(added.error());
}

Reply PoliciesApi::edit(const Call& call) {
  auto old = policies_.of(call);
  if (!old) return std::unexpected(old.error());
  auto policy = policy_in(call.fields);
  if (!policy) return std::unexpected(policy.error());
  for (auto field : {"creator_user_name", "created_at_timestamp", "is_default"})
    (*policy)[field] = old->at(field);
  auto kept = policies_.replace(*policy);
  return kept ? ok() : std::unexpected(kept.error());
}

Reply PoliciesApi::list(const Call& call) {
  Fields in(call.fields);
  std::string column = in.text_or("sort_column", "POLICY_CREATION_TIME");
  std::string order = in.text_or("sort_order", "DESC");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto policies = policies_.all();
  if (!policies) return std::unexpected(policies.error());
  if (column == "POLICY_NAME")
    std::ranges::sort(*policies, {}, [](const JsonObject& one) { return string_or(json(one), "name", ""); });
  if (order != "ASC") std::ranges::reverse(*policies);
  JsonArray all(policies->begin(), policies->end());
  return ok({{"policies", all}, {"total_count", all.size()}});
}

}  // namespace weir::workspace
