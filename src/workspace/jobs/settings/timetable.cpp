#include "workspace/jobs/settings/timetable.h"

#include <array>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

using namespace std::chrono;

constexpr auto kinds = std::to_array<std::string_view>({"schedule", "trigger", "continuous"});

struct Unit {
  std::string_view name{};
  milliseconds length{};
};
constexpr auto units = std::to_array<Unit>(
    {{"MINUTES", minutes(1)}, {"HOURS", hours(1)}, {"DAYS", days(1)}, {"WEEKS", weeks(1)}});

const JsonObject* object_of(const JsonObject& settings, std::string_view field) {
  const json* value = settings.if_contains(field);
  return value ? value->if_object() : nullptr;
}

struct Cron {
  schedule::Quartz quartz;
  schedule::Zone zone;
};

Answer<Cron> read_cron(const JsonObject& schedule) {
  Fields in(schedule);
  std::string expression = in.text("quartz_cron_expression");
  std::string zone_id = in.text("timezone_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto quartz = schedule::Quartz::parse(expression);
  if (!quartz)
    return invalid_parameter(
        fmt::format("Invalid quartz_cron_expression '{}': {}.", expression, quartz.error()));
  auto zone = schedule::Zone::load(zone_id);
  if (!zone) return invalid_parameter(fmt::format("Invalid timezone_id: {}.", zone.error().message));
  return Cron{.quartz = *quartz, .zone = std::move(*zone)};
}

Answer<milliseconds> read_period(const JsonObject& periodic) {
  Fields in(periodic);
  std::int64_t interval = in.integer("interval");
  std::string unit = in.text("unit");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (interval < 1 || interval > 10'000)
    return invalid_parameter(
        fmt::format("trigger.periodic.interval must be from 1 to 10000, not {}.", interval));
  std::vector<std::string> known;
  for (const Unit& one : units) {
    if (one.name == unit) return interval * one.length;
    known.emplace_back(one.name);
  }
  return invalid_parameter(fmt::format("trigger.periodic.unit '{}' is none; {}", unit, suggest(unit, known)));
}

Answer<void> check_pause(JsonObject& kind, std::string_view name) {
  json& status = kind["pause_status"];
  if (status.is_null()) status = "UNPAUSED";
  if (status == "PAUSED" || status == "UNPAUSED") return {};
  return invalid_parameter(fmt::format("{}.pause_status must be PAUSED or UNPAUSED.", name));
}

}  // namespace

Answer<std::optional<Timetable>> Timetable::read(const JsonObject& settings, std::int64_t since_ms) {
  Timetable table;
  table.since_ms_ = since_ms;
  const JsonObject* schedule = object_of(settings, "schedule");
  const JsonObject* trigger = object_of(settings, "trigger");
  if (schedule && string_or(*schedule, "pause_status", "") != "PAUSED") {
    auto cron = read_cron(*schedule);
    if (!cron) return std::unexpected(cron.error());
    table.cron_ = cron->quartz;
    table.zone_ = std::move(cron->zone);
    return table;
  }
  const JsonObject* periodic = trigger ? object_of(*trigger, "periodic") : nullptr;
  if (!periodic || string_or(*trigger, "pause_status", "") == "PAUSED") return std::nullopt;
  auto period = read_period(*periodic);
  if (!period) return std::unexpected(period.error());
  table.period_ms_ = period->count();
  return table;
}

std::optional<std::int64_t> Timetable::next_after(std::int64_t at_ms) const {
  if (period_ms_ > 0) {
    std::int64_t passed = std::max<std::int64_t>(0, at_ms - since_ms_) / period_ms_;
    return since_ms_ + (passed + 1) * period_ms_;
  }
  auto at = floor<seconds>(sys_time<milliseconds>(milliseconds(at_ms)));
  auto next = cron_->next_after(at, zone_);
  if (!next) return std::nullopt;
  return duration_cast<milliseconds>(next->time_since_epoch()).count();
}

Answer<void> check_timetable(JsonObject& settings) {
  std::string_view found;
  for (std::string_view kind : kinds) {
    json* value = settings.if_contains(kind);
    if (!value || value->is_null()) continue;
    if (!value->is_object()) return invalid_parameter(fmt::format("Field '{}' must be an object.", kind));
    if (!found.empty())
      return invalid_parameter(fmt::format("A job has '{}' or '{}', not both.", found, kind));
    found = kind;
    if (auto checked = check_pause(value->get_object(), kind); !checked) return checked;
  }
  // What is paused is checked as well.
  if (const JsonObject* schedule = object_of(settings, "schedule")) {
    auto cron = read_cron(*schedule);
    if (!cron) return std::unexpected(cron.error());
  }
  const JsonObject* trigger = object_of(settings, "trigger");
  if (const JsonObject* periodic = trigger ? object_of(*trigger, "periodic") : nullptr) {
    auto period = read_period(*periodic);
    if (!period) return std::unexpected(period.error());
  }
  return {};
}

}  // namespace weir::workspace
