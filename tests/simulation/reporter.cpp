#include "reporter.h"

#include "contents.h"

namespace weir::sim {

using End = AttemptEntry::End;
using Is = Outcome::Is;
using namespace std::chrono_literals;

namespace {

End end_of(Is outcome) {
  switch (outcome) {
    case Is::success:
      return End::succeeded;
    case Is::failure:
    case Is::refusal:
    case Is::other_failure:
      return End::failed;
    case Is::skip:
      return End::skipped;
    case Is::worker_crash:
      return End::crashed;
    case Is::hang:
      return End::cancelled;
  }
  return End::none;
}

std::string_view name_of(End end) {
  constexpr std::string_view names[] = {"runs",    "succeeded", "failed",       "timed out",
                                        "crashed", "skipped",   "was cancelled"};
  return names[static_cast<std::size_t>(end)];
}

}  // namespace

void Reporter::end(runtime::Reports& reports, const runtime::Attempt& attempt, Is outcome) {
  json value = outcome == Is::success ? value_of(attempt.task, attempt.inputs) : json();
  site_.trace("executor: {} of {} {}", attempt.id.number, attempt.task, name_of(end_of(outcome)));
  site_.meddle(attempt.run_id);
  remember_content(value);
  site_.audit.on_reported(sim::name_of(attempt), end_of(outcome), value);
  report(reports, attempt.id, outcome, value);
  maybe_odd(reports, attempt.id, outcome, value);
}

void Reporter::report(runtime::Reports& reports, runtime::AttemptId id, Is outcome, const json& value) {
  if (outcome == Is::success) return reports.succeeded(id, value);
  if (outcome == Is::hang) return reports.cancelled(id);
  if (outcome == Is::skip) return reports.skipped(id, "nothing to do");
  runtime::Failure failure;
  failure.message = outcome == Is::other_failure ? other_message : failure_message;
  failure.retryable = outcome != Is::refusal;
  if (outcome == Is::worker_crash) failure.why = runtime::Failure::Why::crashed;
  reports.failed(id, failure);
}

/// Anything after the first end, and anything about a number that is not under way, must change nothing.
void Reporter::maybe_odd(runtime::Reports& reports, runtime::AttemptId id, Is outcome, const json& value) {
  auto& weather = site_.weather;
  if (!weather.strikes(weather.odd_report)) return;
  auto odd = id;
  auto what = outcome;
  switch (weather.dice().below(4)) {
    case 0:
      break;
    case 1:
      what = what == Is::success ? Is::failure : Is::success;
      break;
    case 2:
      odd.number += 1000;
      break;
    default:
      odd.task += 1000;
  }
  Duration delay =
      weather.dice().chance(0.5) ? Duration{0} : weather.dice().between(Duration{0}, Duration{20s});
  site_.timeline.after(delay, owner_, [this, &reports, odd, what, value] {
    site_.trace("executor: an odd report about attempt {} of task {}", odd.number, odd.task);
    report(reports, odd, what, value);
    if (site_.weather.dice().chance(0.2)) reports.attached(odd, {{"run_id", -1}});
    if (site_.weather.dice().chance(0.2)) {
      reports.intend(odd, {{"odd", true}}, [] { violate("an attempt that had ended was told to proceed"); });
    }
  });
}

}  // namespace weir::sim
