#include "workspace/sql/queries_api.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/ids.h"
#include "base/nearest.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/page_token.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t queries_per_page_default = 20;
constexpr std::int64_t queries_per_page_max = 100;

/// What a client says of a query; the rest of what is shown is the workspace's word.
constexpr auto given_fields = std::to_array<std::string_view>(
    {"display_name", "query_text", "description", "warehouse_id", "catalog", "schema", "parameters", "tags",
     "run_as_mode", "apply_auto_limit", "parent_path", "owner_user_name"});

std::string timestamp(Instant now) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(now));
}

Answer<JsonObject> given_query(const Call& call) {
  Fields in(call.fields);
  const JsonObject* query = in.optional_object("query");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!query) return invalid_parameter("Missing required field: query.");
  return *query;
}

bool is_given_field(std::string_view name) {
  return std::ranges::find(given_fields, name) != given_fields.end();
}

/// The fields that `mask` names ("display_name,tags", or "*" for those that are there).
Answer<void> apply(JsonObject& shown, const JsonObject& change, std::string_view mask) {
  if (mask == "*") {
    for (std::string_view field : given_fields)
      if (const json* value = change.if_contains(field)) shown[field] = *value;
    return {};
  }
  while (!mask.empty()) {
    std::string field(mask.substr(0, mask.find(',')));
    mask.remove_prefix(std::min(mask.size(), field.size() + 1));
    if (!is_given_field(field))
      return invalid_parameter(
          fmt::format("update_mask names '{}', which is no field of a query that can be changed ({}).", field,
                      suggest(field, std::vector<std::string>(given_fields.begin(), given_fields.end()))));
    if (const json* value = change.if_contains(field))
      shown[field] = *value;
    else
      shown.erase(field);
  }
  return {};
}

}  // namespace

void QueriesApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("sql/queries{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  const Field query = works("query", "its text, names, parameters; the rest is kept");
  const Field resolves = works("auto_resolve_display_name");
  add("POST", "", {query, resolves}, [this](const Call& call) { return create(call); });
  add("GET", "", {works("page_size"), works("page_token")}, [this](const Call& call) { return list(call); });
  add("GET", "/{id}", {}, [this](const Call& call) { return get(call); });
  add("PATCH", "/{id}", {query, works("update_mask"), resolves},
      [this](const Call& call) { return update(call); });
  add("DELETE", "/{id}", {}, [this](const Call& call) { return trash(call); });
}

Answer<Query> QueriesApi::query_of(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("id");
  auto found = queries_.find(id);
  if (!found) return internal_error(found.error());
  if (!*found) return does_not_exist(fmt::format("Query {} does not exist.", id));
  return std::move(**found);
}

/// The name, or, when another query has it, one with a number behind it if the client wants that.
Answer<std::string> QueriesApi::free_name(std::string name, bool resolves) {
  std::string candidate = name;
  for (int number = 1;; ++number) {
    auto taken = queries_.has_name(candidate);
    if (!taken) return internal_error(taken.error());
    if (!*taken) return candidate;
    if (!resolves) return refuse(409, "ALREADY_EXISTS", fmt::format("A query '{}' exists already.", name));
    candidate = fmt::format("{} ({})", name, number);
  }
}

Reply QueriesApi::create(const Call& call) {
  auto given = given_query(call);
  if (!given) return std::unexpected(given.error());
  Fields in(*given);
  std::string text = in.text("query_text");
  std::string name = in.text_or("display_name", "New Query");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto free = free_name(std::move(name), Fields(call.fields).boolean_or("auto_resolve_display_name", false));
  if (!free) return std::unexpected(free.error());

  SystemRandom random;
  Query query{.id = to_text(make_uuid_v7(clock_.now(), random))};
  query.shown = {{"id", query.id},
                 {"create_time", timestamp(clock_.now())},
                 {"update_time", timestamp(clock_.now())},
                 {"owner_user_name", user_},
                 {"last_modifier_user_name", user_},
                 {"lifecycle_state", "ACTIVE"},
                 {"run_as_mode", "OWNER"}};
  if (auto applied = apply(query.shown, *given, "*"); !applied) return std::unexpected(applied.error());
  query.shown["display_name"] = *free;
  if (auto inserted = queries_.insert(query); !inserted) return internal_error(inserted.error());
  return ok(query.shown);
}

Reply QueriesApi::get(const Call& call) {
  auto query = query_of(call);
  return query ? ok(std::move(query->shown)) : std::unexpected(query.error());
}

Reply QueriesApi::list(const Call& call) {
  Fields in(call.fields);
  std::int64_t size = in.integer_or("page_size", queries_per_page_default);
  auto below = id_of_page_token(in.text_or("page_token", ""));
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!below) return std::unexpected(below.error());
  if (size < 1 || size > queries_per_page_max)
    return invalid_parameter(fmt::format("'page_size' must be from 1 to {}.", queries_per_page_max));
  auto found = queries_.list(*below, size + 1);
  if (!found) return internal_error(found.error());
  JsonObject page;
  if (std::ssize(*found) > size) {
    found->pop_back();
    page["next_page_token"] = page_token_below(found->back().number);
  }
  JsonArray shown;
  for (Query& query : *found) {
    query.shown.erase("parent_path");  // as in the real list
    shown.push_back(std::move(query.shown));
  }
  page["results"] = std::move(shown);
  return ok(std::move(page));
}

Reply QueriesApi::update(const Call& call) {
  auto query = query_of(call);
  if (!query) return std::unexpected(query.error());
  if (query->is_trashed)
    return invalid_parameter(fmt::format("Query {} is in the trash and cannot be changed.", query->id));
  auto change = given_query(call);
  if (!change) return std::unexpected(change.error());
  Fields in(call.fields);
  std::string mask = in.text("update_mask");
  if (in.refusal()) return std::unexpected(*in.refusal());
  std::string before = string_or(query->shown, "display_name", "");
  if (auto applied = apply(query->shown, *change, mask); !applied) return std::unexpected(applied.error());
  std::string name = string_or(query->shown, "display_name", "");
  if (string_or(query->shown, "query_text", "").empty() || name.empty())
    return invalid_parameter("A query needs a display_name and a query_text.");
  if (name != before) {
    auto free = free_name(name, Fields(call.fields).boolean_or("auto_resolve_display_name", false));
    if (!free) return std::unexpected(free.error());
    query->shown["display_name"] = *free;
  }
  query->shown["update_time"] = timestamp(clock_.now());
  query->shown["last_modifier_user_name"] = user_;
  if (auto updated = queries_.update(*query); !updated) return internal_error(updated.error());
  return ok(std::move(query->shown));
}

Reply QueriesApi::trash(const Call& call) {
  auto query = query_of(call);
  if (!query) return std::unexpected(query.error());
  query->is_trashed = true;
  query->shown["lifecycle_state"] = "TRASHED";
  if (auto updated = queries_.update(*query); !updated) return internal_error(updated.error());
  return ok();
}

}  // namespace weir::workspace
