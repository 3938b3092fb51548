// databricks.create_job: there is one job of that name afterwards, with these settings, however often it is asked for.
#include "databricks/client/job_requests.h"
#include "databricks/operations/job_steps.h"
#include "databricks/operations/jobs.h"
#include "databricks/operations/task_settings.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr int looks_in_doubt_max = 3;

json settings_in(const Task& task) {
  JsonObject settings = task.inputs.get_object();
  settings.erase("job_id");
  if (settings.contains("job")) {
    settings["name"] = json(settings["job"]);  // a copy: it may have to grow for the name
    settings.erase("job");
  }
  return settings;
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto id = given.id_if_given("job_id");
  auto name = given.text_or("job", given.text_or("name", ""));
  if (!id && name.empty())
    given.refuse("", "the job has no name", "give job: <name>, or the job_id of one that exists");
  if (auto bad = given.problem()) return refused(*bad);
  auto settings = settings_in(task);
  if (json* tasks = find(settings, "tasks")) {
    if (auto bad = check_tasks(*tasks)) return refused(*bad);
  }
  if (id) return commit({{"job_id", *id}, {"settings", std::move(settings)}});
  return jobs_named(name, [=](const std::vector<JobName>& same) {
    JsonObject plan{{"settings", settings}};
    if (same.empty()) return commit(std::move(plan));
    auto chosen = choose_job(name, same);
    if (!chosen) return refused(chosen.error());
    plan["job_id"] = *chosen;
    return commit(std::move(plan));
  });
}

Step reset(std::int64_t job_id, const json& settings, bool created) {
  return ask(requests::reset_job(job_id, settings), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    return done({{"job_id", job_id}, {"created", created}});
  });
}

Step create(const json& settings);

/// The answer was lost: a job of that name that is there now is the one this attempt made.
Step find_created(const json& settings, int looks_left) {
  auto name = string_or(settings, "name", "");
  return jobs_named(name, [=](const std::vector<JobName>& same) {
    if (same.empty() && looks_left > 0) {
      return pause_in_doubt([=] { return find_created(settings, looks_left - 1); });
    }
    if (same.empty()) {
      return warn("there is still no job '" + name + "': creating it", [=] { return create(settings); });
    }
    auto chosen = choose_job(name, same);
    return chosen ? reset(*chosen, settings, true) : refused(chosen.error());
  });
}

Step create(const json& settings) {
  auto created = [](const Answer& answer) {
    if (!answer) return refused(answer.error());
    return done({{"job_id", int_or(*answer, "job_id", 0)}, {"created", true}});
  };
  return order(requests::create_job(settings), created,
               [=] { return find_created(settings, looks_in_doubt_max); });
}

Step begin(const Task&, const json& plan, bool again) {
  const json& settings = *find(plan, "settings");
  if (auto job_id = find_int(plan, "job_id")) return reset(*job_id, settings, false);
  return again ? find_created(settings, looks_in_doubt_max) : create(settings);
}

}  // namespace

Operation create_job_operation() {
  return {
      .kind = {.name = "databricks.create_job",
               .summary = "Creates a job, or replaces all settings of the one that has its name",
               .fields =
                   {{.name = "job", .type = string, .summary = "its name"},
                    {.name = "job_id", .summary = "of a job whose settings are replaced, whatever its name"},
                    {.name = "tasks", .type = array, .summary = "each with task_key and what it runs"},
                    {.name = "job_clusters", .type = array, .summary = "clusters that tasks share"},
                    {.name = "parameters", .type = array, .summary = "job parameters: name and default"},
                    {.name = "schedule", .type = object, .summary = "quartz_cron_expression, timezone_id"},
                    {.name = "tags", .type = object, .summary = "names and values"},
                    {.name = "max_concurrent_runs", .type = integer, .summary = "at a time; default 1"},
                    {.name = "timeout_seconds", .type = integer, .summary = "of a run; 0: none"}},
               .open = true,
               .result_name = "Job",
               .result = {{.name = "job_id", .type = integer, .required = true, .summary = "of the job"},
                          {.name = "created", .type = boolean, .summary = "false: it was there already"}}},
      .prepare = prepare,
      .begin = begin};
}

}  // namespace weir::databricks::operations
