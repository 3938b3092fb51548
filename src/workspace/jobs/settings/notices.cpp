#include "workspace/jobs/settings/notices.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workspace/home/sql.h"
#include "workspace/jobs/settings/job_settings.h"

namespace weir::workspace {
namespace {

/// What a run says about itself: the settings of a job, or the task.
const json& asked_of(const Run& run) {
  static const json nothing;
  if (run.is_task()) return run.spec;
  const json* settings = find(run.spec, "settings");
  return settings ? *settings : nothing;
}

bool is_muted(const json& asked, std::string_view setting) {
  const json* settings = find(asked, "notification_settings");
  return settings && bool_or(*settings, setting, false);
}

/// "on_success", "on_failure", or empty when nobody is to hear of this end.
std::string_view event_of_end(const Run& run, const json& asked, bool is_tried_again) {
  switch (run.result) {
    case ResultState::success:
    case ResultState::success_with_failures:
      return "on_success";
    case ResultState::excluded:
    case ResultState::disabled:
      return "";
    case ResultState::cancelled:
      if (is_muted(asked, "no_alert_for_canceled_runs")) return "";
      break;
    default:
      break;
  }
  if (run.life_cycle == LifeCycle::skipped && is_muted(asked, "no_alert_for_skipped_runs")) return "";
  if (is_tried_again && is_muted(asked, "alert_on_last_attempt")) return "";
  return "on_failure";
}

/// Seconds; nullopt without a rule.
std::optional<std::int64_t> duration_limit(const json& asked) {
  const json* health = find(asked, "health");
  const json* rules = health ? find(*health, "rules") : nullptr;
  if (!rules || !rules->is_array()) return std::nullopt;
  for (const json& rule : rules->get_array())
    if (string_or(rule, "metric", "") == "RUN_DURATION_SECONDS" &&
        string_or(rule, "op", "") == "GREATER_THAN")
      return int_or(rule, "value", 0);
  return std::nullopt;
}

std::vector<std::string> destinations_of(const json& asked, std::string_view event) {
  std::vector<std::string> ids;
  const json* hooks = find(asked, "webhook_notifications");
  const json* list = hooks ? find(*hooks, event) : nullptr;
  if (list && list->is_array())
    for (const json& one : list->get_array()) ids.push_back(string_or(one, "id", ""));
  return ids;
}

/// A number where the workspace's id is one, as it always is.
json as_number(const std::string& id) { return parse_json(id).value_or(json(id)); }

}  // namespace

struct Notices::Event {
  const Run& job_run;
  const Run& run;  ///< the job run itself, or a task of it
  std::string_view name{};

  std::string body(const std::string& org_id) const {
    JsonObject body{{"event_type", fmt::format("jobs.{}", name)},
                    {"workspace_id", as_number(org_id)},
                    {"job", JsonObject{{"job_id", job_run.job_id}, {"name", job_run.name}}}};
    JsonObject about{{"run_id", run.run_id}};
    if (run.is_task()) {
      about["parent_run_id"] = job_run.run_id;
      body["task"] = JsonObject{{"task_key", run.task_key}};
    }
    body["run"] = std::move(about);
    return to_text(json(std::move(body)));
  }
};

/// One run may be told of again after a repair.
Result<bool> Notices::add(const Event& event, std::int64_t now_ms) {
  bool is_new = false;
  for (const auto& destination : destinations_of(asked_of(event.run), event.name)) {
    auto inserted = each_row(
        state_.database(),
        "INSERT OR IGNORE INTO notices (job_run_id, run_id, repair, event, destination_id, body, due_ms)"
        " VALUES (?,?,?,?,?,?,?) RETURNING notice_id",
        [&](sqlite::Statement&) { is_new = true; }, event.job_run.run_id, event.run.run_id,
        event.run.is_task() ? std::int64_t{0} : int_or(event.run.spec, "repairs", 0), event.name, destination,
        event.body(org_id_), now_ms);
    if (!inserted) return std::unexpected(inserted.error());
  }
  return is_new;
}

Result<bool> Notices::catch_up(const Run& job_run, const std::vector<Run>& tasks, std::int64_t now_ms) {
  std::vector<const Run*> runs{&job_run};
  for (const Run& task : tasks) runs.push_back(&task);
  bool is_new = false;
  for (const Run* run : runs) {
    const json& asked = asked_of(*run);
    if (!asks_for_notices(asked)) continue;
    bool is_tried_again = run->is_task() && std::ranges::any_of(tasks, [&](const Run& other) {
                            return other.task_key == run->task_key && other.attempt > run->attempt;
                          });
    bool is_retry = run->attempt > run->first_attempt && is_muted(asked, "alert_on_last_attempt");
    auto warned_at = warning_time(*run);
    std::vector<std::string_view> events;
    if (run->started_ms != 0 && !is_retry) events.emplace_back("on_start");
    if (warned_at && *warned_at <= (run->has_ended() ? run->ended_ms : now_ms))
      events.emplace_back("on_duration_warning_threshold_exceeded");
    if (run->has_ended()) events.push_back(event_of_end(*run, asked, is_tried_again));
    for (std::string_view event : events) {
      auto added = add({.job_run = job_run, .run = *run, .name = event}, now_ms);
      if (!added) return added;
      is_new = is_new || *added;
    }
  }
  return is_new;
}

Result<std::vector<Notice>> Notices::due(std::int64_t now_ms) {
  std::vector<Notice> notices;
  auto read = each_row(
      state_.database(),
      "SELECT notice_id, destination_id, body, attempts FROM notices WHERE state = 'waiting' AND due_ms <= ?"
      " ORDER BY notice_id",
      [&](sqlite::Statement& row) {
        notices.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3)});
      },
      now_ms);
  return value_after(read, std::move(notices));
}

Result<std::optional<std::int64_t>> Notices::next_due_ms() {
  std::optional<std::int64_t> next;
  auto read = each_row(state_.database(), "SELECT min(due_ms) FROM notices WHERE state = 'waiting'",
                       [&](sqlite::Statement& row) {
                         if (!row.is_null(0)) next = row.integer(0);
                       });
  return value_after(read, next);
}

Result<void> Notices::close(const Notice& notice, std::string_view state) {
  return execute(state_.database(),
                 "UPDATE notices SET state = ?, attempts = attempts + 1 WHERE notice_id = ?", state,
                 notice.notice_id);
}

Result<void> Notices::postpone(const Notice& notice, std::int64_t due_ms) {
  return execute(state_.database(),
                 "UPDATE notices SET due_ms = ?, attempts = attempts + 1 WHERE notice_id = ?", due_ms,
                 notice.notice_id);
}

std::optional<std::int64_t> warning_time(const Run& run) {
  auto limit = duration_limit(asked_of(run));
  if (!limit || run.started_ms == 0) return std::nullopt;
  return run.started_ms + *limit * 1000;
}

bool asks_for_notices(const json& spec) {
  const json* hooks = find(spec, "webhook_notifications");
  return hooks && hooks->is_object() && !hooks->get_object().empty();
}

Answer<void> check_destinations(DestinationStore& store, const JsonObject& settings) {
  auto ids = named_destinations(settings);
  if (!ids) return std::unexpected(ids.error());
  for (const auto& id : *ids) {
    auto found = store.find(id);
    if (!found) return internal_error(found.error());
    if (!*found)
      return invalid_parameter(
          fmt::format("webhook_notifications: notification destination '{}' does not exist.", id));
  }
  return {};
}

Answer<std::vector<std::string>> named_destinations(const JsonObject& settings) {
  std::vector<const JsonObject*> asking{&settings};
  for (const json& task : tasks_of(settings)) asking.push_back(&task.get_object());
  std::vector<std::string> ids;
  for (const JsonObject* one : asking) {
    const json* hooks = one->if_contains("webhook_notifications");
    if (!hooks || !hooks->is_object()) continue;
    for (const auto& [event, list] : hooks->get_object()) {
      if (!list.is_array())
        return invalid_parameter(
            fmt::format("webhook_notifications.{} must be an array.", std::string_view(event)));
      if (list.get_array().size() > destinations_per_event_max)
        return invalid_parameter(fmt::format("webhook_notifications.{} has {} destinations; the limit is {}.",
                                             std::string_view(event), list.get_array().size(),
                                             destinations_per_event_max));
      for (const json& entry : list.get_array()) ids.push_back(string_or(entry, "id", ""));
    }
  }
  return ids;
}

}  // namespace weir::workspace
