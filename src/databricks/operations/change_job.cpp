// databricks.update_job and databricks.delete_job.
#include "databricks/client/job_requests.h"
#include "databricks/operations/job_steps.h"
#include "databricks/operations/jobs.h"
#include "databricks/operations/task_settings.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

std::vector<core::Field> with_job_reference(std::vector<core::Field> more) {
  auto fields = job_reference();
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

Step prepare_update(const Task& task) {
  Given given(task.inputs);
  given.one_of({"job", "job_id"});
  const json* settings = given.any("new_settings");
  const json* removed = given.any("fields_to_remove");
  if (!settings && !removed) given.refuse("", "new_settings is missing", "or give fields_to_remove");
  if (auto bad = given.problem()) return refused(*bad);
  JsonObject change;
  if (settings) change["new_settings"] = *settings;
  if (json* tasks = settings ? find(change["new_settings"], "tasks") : nullptr) {
    if (auto bad = check_changed_tasks(*tasks, "/new_settings")) return refused(*bad);
  }
  if (removed) change["fields_to_remove"] = *removed;
  return with_job(given, [change](std::int64_t job_id) {
    JsonObject body{{"job_id", job_id}};
    for (const auto& [name, value] : change) body[name] = value;
    return commit(std::move(body));
  });
}

Step update(const Task&, const json& plan, bool) {
  return ask(requests::update_job(plan), [job_id = int_or(plan, "job_id", 0)](const Answer& answer) {
    return answer ? done({{"job_id", job_id}}) : refused(answer.error());
  });
}

Step prepare_delete(const Task& task) {
  Given given(task.inputs);
  given.one_of({"job", "job_id"});
  if (auto bad = given.problem()) return refused(*bad);
  return with_job(given, [](std::int64_t job_id) {
    return ask(requests::job(job_id), [=](const Answer& answer) {
      return answer ? commit({{"job_id", job_id}}) : refused(answer.error());
    });
  });
}

/// It was there when the plan was made: when it is not any more, it has been deleted.
Step remove(const Task&, const json& plan, bool) {
  auto job_id = int_or(plan, "job_id", 0);
  auto request = requests::delete_job(job_id);
  request.repeatable = true;
  return ask(std::move(request), [=](const Answer& answer) {
    return answer || is_missing(answer) ? done({{"job_id", job_id}}) : refused(answer.error());
  });
}

}  // namespace

Operation update_job_operation() {
  return {.kind = {.name = "databricks.update_job",
                   .summary = "Changes some settings of a job",
                   .fields = with_job_reference({{.name = "new_settings",
                                                  .type = object,
                                                  .summary = "the settings to replace, others stay"},
                                                 {.name = "fields_to_remove",
                                                  .type = array,
                                                  .summary = "names of settings, or tasks/<key>"}})},
          .prepare = prepare_update,
          .begin = update};
}

Operation delete_job_operation() {
  return {.kind = {.name = "databricks.delete_job",
                   .summary = "Deletes a job",
                   .fields = job_reference(),
                   .shorthand = "job"},
          .prepare = prepare_delete,
          .begin = remove};
}

std::vector<Operation> job_operations() {
  return {create_job_operation(), update_job_operation(), delete_job_operation()};
}

}  // namespace weir::databricks::operations
