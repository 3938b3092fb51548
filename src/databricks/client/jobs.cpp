#include "databricks/client/jobs.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/blocking_parts.h"
#include "databricks/client/pages.h"
#include "databricks/client/requests.h"

namespace weir::databricks {
namespace {

constexpr std::size_t pages_max = 1000;

std::optional<std::int64_t> as_id(std::string_view text) {
  std::int64_t id = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  bool whole = error == std::errc{} && end == text.data() + text.size() && id > 0;
  return whole ? std::optional(id) : std::nullopt;
}

Result<std::int64_t> id_in(const Result<json>& answer, std::string_view key) {
  if (!answer) return std::unexpected(answer.error());
  if (auto id = find_int(*answer, key)) return *id;
  return fail(Code::unavailable, fmt::format("the workspace's answer has no {}", key));
}

}  // namespace

JobName job_name_of(const json& job) {
  const json* settings = find(job, "settings");
  return {int_or(job, "job_id", 0), settings ? string_or(*settings, "name", "") : ""};
}

Result<std::int64_t> choose_job(std::string_view name, const std::vector<JobName>& known) {
  std::vector<std::int64_t> ids;
  std::vector<std::string> names;
  for (const auto& job : known) {
    if (job.name == name) ids.push_back(job.job_id);
    names.push_back(job.name);
  }
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) {
    auto hint = suggest(name, names);
    return fail(Code::not_found, fmt::format("there is no job '{}'", name),
                hint.empty() ? "weir jobs list shows them all" : hint);
  }
  std::ranges::sort(ids);
  return fail(Code::invalid, fmt::format("{} jobs are called '{}'", ids.size(), name),
              fmt::format("give the id instead: {}", fmt::join(ids, ", ")));
}

Result<json> Jobs::all_pages(const std::function<ApiRequest(std::string_view)>& page) const {
  auto whole = client_.call(page({}));
  for (std::size_t count = 1; whole && count < pages_max; ++count) {
    auto token = next_page_token(*whole);
    if (!token) break;
    auto next = client_.call(page(*token));
    if (!next) return next;
    append_page(*whole, *next);
  }
  return whole;
}

Result<std::int64_t> Jobs::create(json settings) const {
  return id_in(client_.call(requests::create_job(std::move(settings))), "job_id");
}

Result<json> Jobs::get(std::int64_t job_id) const {
  return all_pages([&](std::string_view token) { return requests::job(job_id, token); });
}

Result<std::vector<json>> Jobs::list(const std::optional<std::string>& name) const {
  auto page = all_pages([&](std::string_view token) { return requests::jobs(name.value_or(""), token); });
  if (!page) return std::unexpected(page.error());
  return items_of(*page, "jobs");
}

Result<void> Jobs::reset(std::int64_t job_id, json settings) const {
  return without_value(client_.call(requests::reset_job(job_id, std::move(settings))));
}

Result<void> Jobs::update(std::int64_t job_id, json settings,
                          const std::vector<std::string>& unwanted) const {
  JsonObject body{{"job_id", job_id}, {"new_settings", std::move(settings)}};
  if (!unwanted.empty()) body["fields_to_remove"] = JsonArray(unwanted.begin(), unwanted.end());
  return without_value(client_.call(requests::update_job(std::move(body))));
}

Result<void> Jobs::remove(std::int64_t job_id) const {
  return without_value(client_.call(requests::delete_job(job_id)));
}

Result<std::int64_t> Jobs::find(std::string_view id_or_name) const {
  if (auto id = as_id(id_or_name)) {
    auto job = client_.call(requests::job(*id));
    if (job) return *id;
    if (job.error().code != Code::not_found) return std::unexpected(job.error());
  }
  auto jobs = list();
  if (!jobs) return std::unexpected(jobs.error());
  std::vector<JobName> known;
  for (const auto& job : *jobs) known.push_back(job_name_of(job));
  return choose_job(id_or_name, known);
}

Result<std::int64_t> Jobs::start(std::string_view path, json body) const {
  return id_in(client_.call(requests::start_run(path, std::move(body))), "run_id");
}

Result<std::int64_t> Jobs::run_now(json body) const { return start(requests::run_now_path, std::move(body)); }
Result<std::int64_t> Jobs::submit(json body) const { return start(requests::submit_path, std::move(body)); }

Result<json> Jobs::run(std::int64_t run_id) const {
  return all_pages([&](std::string_view token) { return requests::run(run_id, token); });
}

Result<json> Jobs::output(std::int64_t run_id) const { return client_.call(requests::run_output(run_id)); }

Result<std::vector<json>> Jobs::runs(JsonObject filters, std::size_t count_max) const {
  std::vector<json> all;
  std::string token;
  do {
    auto page = client_.call(requests::runs(filters, token));
    if (!page) return std::unexpected(page.error());
    for (auto& run : items_of(*page, "runs")) all.push_back(std::move(run));
    token = next_page_token(*page).value_or("");
  } while (!token.empty() && all.size() < count_max);
  if (all.size() > count_max) all.resize(count_max);
  return all;
}

Result<void> Jobs::cancel(std::int64_t run_id) const {
  return without_value(client_.call(requests::cancel_run(run_id)));
}

Result<void> Jobs::cancel_all(std::int64_t job_id) const {
  return without_value(client_.call(requests::cancel_all_runs(job_id)));
}

Result<void> Jobs::remove_run(std::int64_t run_id) const {
  return without_value(client_.call(requests::delete_run(run_id)));
}

Result<std::int64_t> Jobs::repair(std::int64_t run_id, json body) const {
  auto run = client_.call(requests::run_with_history(run_id));
  if (!run) return std::unexpected(run.error());
  auto& asked = body.get_object();
  asked["run_id"] = run_id;
  for (const auto& earlier : items_of(*run, "repair_history")) {
    if (auto id = find_int(earlier, "id")) asked["latest_repair_id"] = *id;
  }
  return id_in(client_.call(requests::repair_run(std::move(body))), "repair_id");
}

}  // namespace weir::databricks
