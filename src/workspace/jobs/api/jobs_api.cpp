#include "workspace/jobs/api/jobs_api.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>

#include <fmt/format.h>

#include "databricks/wire/limits.h"
#include "workspace/jobs/plan/job_calls.h"
#include "workspace/jobs/settings/job_fields.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/page_token.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t jobs_per_page_default = 20;

/// Jobs made through 2.2 queue their runs unless told otherwise; older versions skip them.
Answer<JsonObject> job_settings(const JsonObject& given, std::string_view version) {
  auto settings = normalize_settings(given, version);
  if (!settings) return settings;
  for (std::string_view field : {"access_control_list", "idempotency_token"}) settings->erase(field);
  if (!settings->contains("name")) (*settings)["name"] = "Untitled";
  if (!settings->contains("max_concurrent_runs")) (*settings)["max_concurrent_runs"] = 1;
  if (version == "2.2" && !settings->contains("queue")) (*settings)["queue"] = JsonObject{{"enabled", true}};
  return settings;
}

std::string_view key_field_of(std::string_view array) {
  if (array == "tasks") return "task_key";
  if (array == "job_clusters") return "job_cluster_key";
  if (array == "environments") return "environment_key";
  return array == "parameters" ? "name" : "";
}

/// Entries of `changes` replace those with the same key, or join the others. Two changes with one key both stay, for the
/// check of the merged settings to refuse them.
void merge_by_key(JsonArray& entries, const JsonArray& changes, std::string_view key) {
  std::set<std::string> replaced;
  for (const json& change : changes) {
    std::string changed = string_or(change, key, "");
    auto same = std::ranges::find_if(entries,
                                     [&](const json& entry) { return string_or(entry, key, "") == changed; });
    if (same == entries.end() || !replaced.insert(changed).second)
      entries.push_back(change);
    else
      *same = change;
  }
}

void merge_settings(JsonObject& settings, const JsonObject& changes) {
  for (const auto& [name, value] : changes) {
    std::string_view key = key_field_of(name);
    json* present = settings.if_contains(name);
    if (!key.empty() && present && present->is_array() && value.is_array())
      merge_by_key(present->get_array(), value.get_array(), key);
    else
      settings[name] = value;
  }
}

/// "name", or "tasks/<key>".
void remove_field(JsonObject& settings, std::string_view field) {
  std::size_t slash = field.find('/');
  if (slash == field.npos) {
    settings.erase(field);
    return;
  }
  std::string_view array = field.substr(0, slash);
  json* entries = settings.if_contains(array);
  if (!entries || !entries->is_array()) return;
  JsonArray kept;
  for (const json& entry : entries->get_array())
    if (string_or(entry, key_field_of(array), "") != field.substr(slash + 1)) kept.push_back(entry);
  *entries = std::move(kept);
}

}  // namespace

std::unexpected<ApiError> unknown_id(std::string_view version, std::string_view what, std::int64_t id) {
  std::string message = fmt::format("{} {} does not exist.", what, id);
  return version == "2.2" ? does_not_exist(std::move(message)) : invalid_parameter(std::move(message));
}

void JobsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, Handler handler) {
    std::string path = fmt::format("jobs/{}", name);
    router.add_api(
        job_versions, path,
        {.method = std::string(method), .handler = std::move(handler), .fields = job_fields(path)});
  };
  add("POST", "create", [this](const Call& call) { return create(call); });
  add("GET", "get", [this](const Call& call) { return get(call); });
  add("GET", "list", [this](const Call& call) { return list(call); });
  add("POST", "reset", [this](const Call& call) { return reset(call); });
  add("POST", "update", [this](const Call& call) { return update(call); });
  add("POST", "delete", [this](const Call& call) { return remove(call); });
}

Answer<Job> JobsApi::job_of(std::string_view version, std::int64_t job_id) {
  auto job = jobs_.find(job_id);
  if (!job) return internal_error(job.error());
  if (!*job) return unknown_id(version, "Job", job_id);
  return std::move(**job);
}

JsonObject JobsApi::show(Job job, std::string_view version) const {
  return {
      {"job_id", job.job_id},
      {"creator_user_name", user_},
      {"run_as_user_name", user_},
      {"created_time", job.created_ms},
      {"settings", version == "2.0" ? settings_for_2_0(std::move(job.settings)) : std::move(job.settings)}};
}

/// What depends on more than the settings. `job_id` is 0 for a job that is not made yet.
Answer<void> JobsApi::check(std::int64_t job_id, const JsonObject& settings) {
  if (auto checked = check_destinations(destinations_, settings); !checked) return checked;
  return check_calls(jobs_, job_id, settings);
}

Reply JobsApi::create(const Call& call) {
  auto settings = job_settings(call.fields, call.version);
  if (!settings) return std::unexpected(settings.error());
  if (auto checked = check(0, *settings); !checked) return std::unexpected(checked.error());
  Fields in(call.fields);
  const JsonArray* list = in.optional_array("access_control_list");
  if (in.refusal()) return std::unexpected(*in.refusal());
  const PermissionKind& kind = *permission_kind("jobs");
  auto grants = read_grants(list ? *list : JsonArray{}, kind);
  if (!grants) return std::unexpected(grants.error());
  Job job{.created_ms = to_millis(clock_.now()), .settings = std::move(*settings)};
  auto id = jobs_.create(job.settings, job.created_ms);
  if (!id) return internal_error(id.error());
  if (!grants->empty())
    if (auto put = permissions_.put(kind, std::to_string(*id), *grants); !put)
      return internal_error(put.error());
  job.job_id = *id;
  scheduler_.changed(job);
  return ok({{"job_id", *id}});
}

Reply JobsApi::get(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer("job_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto job = job_of(call.version, job_id);
  return job ? ok(show(std::move(*job), call.version)) : std::unexpected(job.error());
}

Reply JobsApi::list(const Call& call) {
  Fields in(call.fields);
  JobQuery query{.name = in.text_or("name", "")};
  std::int64_t limit = in.integer_or("limit", jobs_per_page_default);
  query.offset = std::max<std::int64_t>(0, in.integer_or("offset", 0));
  bool expand = in.boolean_or("expand_tasks", false);
  std::string token = in.text_or("page_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (limit < 1 || limit > static_cast<std::int64_t>(databricks::jobs_per_page_max))
    return invalid_parameter(fmt::format("'limit' must be from 1 to {}.", databricks::jobs_per_page_max));
  auto below = id_of_page_token(token);
  if (!below) return std::unexpected(below.error());
  query.below_id = *below;
  // 2.0 knows no pages.
  if (call.version == "2.0") limit = std::numeric_limits<std::int32_t>::max();
  query.limit = limit + 1;
  auto jobs = jobs_.list(query);
  if (!jobs) return internal_error(jobs.error());

  bool more = std::ssize(*jobs) > limit;
  if (more) jobs->pop_back();
  JsonObject page{{"has_more", more}};
  if (more) page["next_page_token"] = page_token_below(jobs->back().job_id);
  JsonArray shown;
  for (Job& job : *jobs) {
    if (!expand && call.version != "2.0")
      for (std::string_view field : {"tasks", "job_clusters"}) job.settings.erase(field);
    shown.push_back(show(std::move(job), call.version));
  }
  if (!shown.empty()) page["jobs"] = std::move(shown);
  return ok(std::move(page));
}

Reply JobsApi::replace(Job job, const JsonObject& settings) {
  if (auto checked = check(job.job_id, settings); !checked) return std::unexpected(checked.error());
  if (auto replaced = jobs_.replace(job.job_id, settings); !replaced) return internal_error(replaced.error());
  job.settings = settings;
  scheduler_.changed(job);
  return ok();
}

Reply JobsApi::reset(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer("job_id");
  const JsonObject* given = in.optional_object("new_settings");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!given) return invalid_parameter("Missing required field: new_settings.");
  auto job = job_of(call.version, job_id);
  if (!job) return std::unexpected(job.error());
  auto settings = job_settings(*given, call.version);
  if (!settings) return std::unexpected(settings.error());
  return replace(std::move(*job), *settings);
}

Reply JobsApi::update(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer("job_id");
  const JsonObject* changes = in.optional_object("new_settings");
  const JsonArray* removed = in.optional_array("fields_to_remove");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto job = job_of(call.version, job_id);
  if (!job) return std::unexpected(job.error());
  if (changes) {
    auto coerced = coerce_changes(*changes);
    if (!coerced) return std::unexpected(coerced.error());
    merge_settings(job->settings, *coerced);
  }
  for (const json& field : removed ? *removed : JsonArray{})
    if (field.is_string()) remove_field(job->settings, std::string_view(field.get_string()));
  auto settings = job_settings(job->settings, call.version);
  if (!settings) return std::unexpected(settings.error());
  return replace(std::move(*job), *settings);
}

/// Its active runs are cancelled; their history stays.
Reply JobsApi::remove(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer("job_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (auto job = job_of(call.version, job_id); !job) return std::unexpected(job.error());
  auto active = RunStore(state_).active_of(job_id);
  if (!active) return internal_error(active.error());
  for (const Run& run : *active)
    if (auto stopped = runner_.stop(run.run_id, Stop::cancel); !stopped)
      return internal_error(stopped.error());
  if (auto forgotten = permissions_.remove(*permission_kind("jobs"), std::to_string(job_id)); !forgotten)
    return internal_error(forgotten.error());
  scheduler_.removed(job_id);
  auto removed = jobs_.remove(job_id);
  return removed ? ok() : internal_error(removed.error());
}

}  // namespace weir::workspace
