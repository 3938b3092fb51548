// Bodies of jobs/create, runs/submit and run-now, as JSON: refused with a sentence, or brought into the one form that
// runs are made from, in which they stay.
#include "workspace/jobs/settings/job_settings.h"

#include <set>

#include "base/json.h"
#include "target.h"
#include "workspace/jobs/plan/references.h"
#include "workspace/jobs/plan/run_parameters.h"

namespace weir::fuzz {
namespace {

using namespace workspace;

const References references = {
    {"job.run_id", "17"}, {"task.name", "{{job.run_id}}"}, {"job.parameters.a-b", "{{"}};

void check_refusal(const ApiError& refusal) {
  WEIR_CHECK(refusal.status >= 400 && refusal.status < 500, "a bad body is the client's fault");
  WEIR_CHECK(!refusal.message.empty(), "and the client is told why");
}

/// The body may be that of run-now as well; then it gives parameters to the tasks.
void check_runs(const JsonObject& body, const JsonObject& settings) {
  auto parameters = read_parameters(body, settings);
  if (!parameters) return check_refusal(parameters.error());
  show_parameters(*parameters, settings);
  for (const auto& task : tasks_of(settings)) {
    auto ready = with_parameters(task.get_object(), *parameters);
    WEIR_CHECK(type_of_task(ready) == type_of_task(task.get_object()), "parameters change no task's type");
    if (auto resolved = resolve_task(json(ready), references); !resolved)
      WEIR_CHECK(!resolved.error().empty(), "a value that is missing is named");
    if (auto untouched = resolve_task(json(ready), {}))
      WEIR_CHECK(*untouched == ready, "what is not known stays as it was written");
  }
}

void check_settings(const JsonObject& body, std::string_view version) {
  auto settings = normalize_settings(body, version);
  if (!settings) return check_refusal(settings.error());
  std::set<std::string> keys;
  for (const auto& task : tasks_of(*settings)) {
    WEIR_CHECK(!type_of_task(task.get_object()).empty(), "every task has a type");
    auto key = string_or(task, "task_key", "");
    WEIR_CHECK(!key.empty() && keys.insert(key).second, "and a key of its own");
  }
  auto again = normalize_settings(*settings, "2.1");
  if (version == "2.1") WEIR_CHECK(again && *again == *settings, "the one form is the one form of itself");
  if (settings->at("format") == "SINGLE_TASK") {
    auto shown = normalize_settings(settings_for_2_0(*settings), version);
    WEIR_CHECK(shown && *shown == *settings, "what 2.0 shows can be given back to it");
  }
  check_runs(body, *settings);
}

}  // namespace

void take_job_settings(std::string_view input) {
  auto body = parse_json(input);
  if (!body || !body->is_object()) return;
  for (auto version : {"2.0", "2.1"}) check_settings(body->get_object(), version);
}

}  // namespace weir::fuzz
