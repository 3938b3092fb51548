#include "workspace/notifications/destination.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

/// No scope of a user can have this name.
constexpr std::string_view secret_scope = "notification destinations";

struct Kind {
  std::string_view field{};
  std::string_view type{};
  std::string_view needs{};                 ///< the field without which it is nothing
  std::vector<std::string_view> secrets{};  ///< fields that are not shown
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"generic_webhook", "WEBHOOK", "url", {"url", "username", "password"}},
      {"email", "EMAIL", "addresses", {}},
      {"slack", "SLACK", "url", {"url", "channel_id", "oauth_token"}},
      {"pagerduty", "PAGERDUTY", "integration_key", {"integration_key"}},
      {"microsoft_teams",
       "MICROSOFT_TEAMS",
       "url",
       {"url", "app_id", "auth_secret", "channel_url", "tenant_id"}},
  };
  return all;
}

const Kind* kind_of(std::string_view field) {
  auto found = std::ranges::find(kinds(), field, &Kind::field);
  return found == kinds().end() ? nullptr : &*found;
}

bool is_webhook_url(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

}  // namespace

Answer<std::string> type_of_destination(const JsonObject& config) {
  if (config.size() != 1)
    return invalid_parameter(
        "'config' must hold exactly one of the configurations, such as generic_webhook.");
  std::string field = config.begin()->key();
  const Kind* kind = kind_of(field);
  if (!kind) {
    std::vector<std::string> known;
    for (const Kind& one : kinds()) known.emplace_back(one.field);
    return invalid_parameter(
        fmt::format("'config.{}' is no kind of destination; {}", field, suggest(field, known)));
  }
  const json& nested = config.begin()->value();
  const json* needed = find(nested, kind->needs);
  bool is_there = needed && (needed->is_array() ? !needed->get_array().empty()
                                                : needed->is_string() && !needed->get_string().empty());
  if (!is_there)
    return invalid_parameter(fmt::format("Missing required field: config.{}.{}.", field, kind->needs));
  if (kind->needs == "url" && !is_webhook_url(std::string_view(needed->get_string())))
    return invalid_parameter(fmt::format("config.{}.url must begin with https:// or http://.", field));
  return std::string(kind->type);
}

JsonObject show_destination(const Destination& destination) {
  JsonObject shown{
      {"id", destination.id}, {"display_name", destination.name}, {"destination_type", destination.type}};
  if (destination.config.empty()) return shown;
  std::string field = destination.config.begin()->key();
  const Kind* kind = kind_of(field);
  JsonObject nested;
  if (const auto* given = destination.config.begin()->value().if_object())
    for (const auto& [name, value] : *given) {
      bool is_secret =
          kind && std::ranges::find(kind->secrets, std::string_view(name)) != kind->secrets.end();
      if (is_secret)
        nested[std::string(name) + "_set"] = true;
      else
        nested[name] = value;
    }
  shown["config"] = JsonObject{{field, std::move(nested)}};
  return shown;
}

Result<void> DestinationStore::put(const Destination& destination, std::int64_t now_ms) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  auto put = execute(state_.database(),
                     "INSERT INTO notification_destinations (id, name, type) VALUES (?, ?, ?)"
                     " ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type",
                     destination.id, destination.name, destination.type);
  if (!put) return put;
  auto kept = secrets_.put(secret_scope, destination.id, to_text(json(destination.config)), now_ms);
  return kept ? transaction->commit() : kept;
}

Result<bool> DestinationStore::remove(std::string_view id) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  auto removed = execute(state_.database(), "DELETE FROM notification_destinations WHERE id = ?", id);
  if (!removed) return std::unexpected(removed.error());
  auto was_there = secrets_.remove(secret_scope, id);
  if (!was_there) return was_there;
  return value_after(transaction->commit(), *was_there);
}

Result<std::optional<Destination>> DestinationStore::find(std::string_view id) {
  std::optional<Destination> found;
  auto read = each_row(
      state_.database(), "SELECT id, name, type FROM notification_destinations WHERE id = ?",
      [&](sqlite::Statement& row) { found = Destination{row.text(0), row.text(1), row.text(2), {}}; }, id);
  if (!read) return std::unexpected(read.error());
  if (!found) return found;
  auto config = secrets_.value(secret_scope, id);
  if (!config) return std::unexpected(config.error());
  if (auto parsed = parse_json(config->value_or("{}")); parsed && parsed->is_object())
    found->config = std::move(parsed->get_object());
  return found;
}

Result<std::vector<Destination>> DestinationStore::list(std::string_view above_id, std::int64_t limit) {
  std::vector<Destination> found;
  auto read = each_row(
      state_.database(),
      "SELECT id, name, type FROM notification_destinations WHERE id > ? ORDER BY id LIMIT ?",
      [&](sqlite::Statement& row) { found.push_back({row.text(0), row.text(1), row.text(2), {}}); }, above_id,
      limit);
  return value_after(read, std::move(found));
}

}  // namespace weir::workspace
