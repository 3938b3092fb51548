// databricks.cancel_run and databricks.cancel_all_runs: done when the runs have been seen to end.
#include <memory>

#include <fmt/format.h>

#include "databricks/client/job_requests.h"
#include "databricks/client/pages.h"
#include "databricks/operations/job_steps.h"
#include "databricks/operations/jobs.h"
#include "databricks/operations/run_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr int looks_between_orders = 20;  ///< a run that still runs then is cancelled once more

Step prepare_one(const Task& task) {
  Given given(task.inputs);
  auto run_id = given.id("run_id");
  if (auto bad = given.problem()) return refused(*bad);
  return ask(requests::run(run_id), [=](const Answer& answer) {
    return answer ? commit({{"run_id", run_id}}) : refused(answer.error());
  });
}

Step until_ended(std::int64_t run_id, int looks) {
  return ask(requests::run(run_id), [=](const Answer& answer) {
    if (is_missing(answer)) return done({{"run_id", run_id}, {"state", "DELETED"}});
    if (!answer) return refused(answer.error());
    if (auto outcome = outcome_of(*answer)) return done(ended_value(*answer, *outcome));
    auto state = run_state(*answer);
    auto look_again = [=] {
      return pause(fmt::format("run {} is {}", run_id, state),
                   [=] { return until_ended(run_id, looks + 1); });
    };
    if (looks % looks_between_orders != 0) return look_again();
    // It may end between the look and the order: what is true is seen by the next look. Whoever must not cancel it
    // would wait for ever.
    return ask(requests::cancel_run(run_id), [=](const Answer& cancelled) {
      bool forbidden = !cancelled && cancelled.error().error.code == Code::unauthenticated;
      return forbidden ? refused(cancelled.error()) : look_again();
    });
  });
}

Step cancel_one(const Task&, const json& plan, bool) { return until_ended(int_or(plan, "run_id", 0), 0); }

using Ids = std::shared_ptr<std::vector<std::int64_t>>;

Step active_runs(std::int64_t job_id, std::string page_token, Ids ids, Then then) {
  auto request = requests::runs({{"job_id", job_id}, {"active_only", true}}, page_token);
  return ask(std::move(request), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    if (const json* runs = find(*answer, "runs"); runs && runs->is_array()) {
      for (const auto& run : runs->get_array()) ids->push_back(int_or(run, "run_id", 0));
    }
    auto token = next_page_token(*answer);
    return token ? active_runs(job_id, *token, ids, then) : then();
  });
}

Step prepare_all(const Task& task) {
  Given given(task.inputs);
  given.one_of({"job", "job_id"});
  if (auto bad = given.problem()) return refused(*bad);
  return with_job(given, [](std::int64_t job_id) {
    auto ids = std::make_shared<std::vector<std::int64_t>>();
    return active_runs(job_id, "", ids, [=] {
      return commit({{"job_id", job_id}, {"run_ids", JsonArray(ids->begin(), ids->end())}});
    });
  });
}

/// One run after the other is waited for: others that begin meanwhile are not this task's business.
Step each_until_ended(const json& plan, std::size_t next) {
  const auto& ids = find(plan, "run_ids")->get_array();
  if (next == ids.size()) {
    return done({{"job_id", int_or(plan, "job_id", 0)}, {"run_ids", ids}});
  }
  auto run_id = ids[next].get_int64();
  return ask(requests::run(run_id), [=](const Answer& answer) {
    if (is_missing(answer) || (answer && outcome_of(*answer))) return each_until_ended(plan, next + 1);
    if (!answer) return refused(answer.error());
    return pause(fmt::format("run {} is {}", run_id, run_state(*answer)),
                 [=] { return each_until_ended(plan, next); });
  });
}

Step cancel_all(const Task&, const json& plan, bool) {
  return ask(requests::cancel_all_runs(int_or(plan, "job_id", 0)), [=](const Answer& answer) {
    return answer ? each_until_ended(plan, 0) : refused(answer.error());
  });
}

}  // namespace

Operation cancel_run_operation() {
  return {.kind = {.name = "databricks.cancel_run",
                   .summary = "Cancels a run of a job, and waits until it has ended",
                   .fields = {{.name = "run_id",
                               .required = true,
                               .summary = "of the job run, or of one of its tasks"}},
                   .shorthand = "run_id"},
          .prepare = prepare_one,
          .begin = cancel_one};
}

Operation cancel_all_runs_operation() {
  return {.kind = {.name = "databricks.cancel_all_runs",
                   .summary = "Cancels all runs of a job, and waits until they have ended",
                   .fields = job_reference(),
                   .shorthand = "job"},
          .prepare = prepare_all,
          .begin = cancel_all};
}

std::vector<Operation> run_operations() {
  return {cancel_run_operation(), cancel_all_runs_operation(), repair_run_operation(),
          get_output_operation()};
}

}  // namespace weir::databricks::operations
