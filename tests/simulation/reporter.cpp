#include "reporter.h"

namespace weir::sim {

using End = AttemptEntry::End;
using namespace std::chrono_literals;

void Reporter::end(runtime::Reports& reports, const runtime::Attempt& attempt, End end, json value) {
  AttemptName name = name_of(attempt);
  site_.trace("executor: {} of {} {}", name.number, name.task,
              end == End::succeeded ? "succeeded"
              : end == End::failed  ? "failed"
                                    : "was cancelled");
  site_.audit.on_reported(name, end, value);
  report(reports, attempt.id, end, value);
  maybe_odd(reports, attempt.id, end, value);
}

void Reporter::report(runtime::Reports& reports, runtime::AttemptId id, End end, const json& value) {
  if (end == End::succeeded) return reports.succeeded(id, value);
  if (end == End::cancelled) return reports.cancelled(id);
  runtime::Failure failure;
  failure.message = "it did not work";
  failure.retryable = !value.is_string();
  reports.failed(id, failure);
}

/// Anything after the first end, and anything about a number that is not under way, must change nothing.
void Reporter::maybe_odd(runtime::Reports& reports, runtime::AttemptId id, End end, const json& value) {
  auto& weather = site_.weather;
  if (!weather.strikes(weather.odd_report)) return;
  auto odd = id;
  auto what = end;
  switch (weather.dice().below(4)) {
    case 0:
      break;
    case 1:
      what = what == End::succeeded ? End::failed : End::succeeded;
      break;
    case 2:
      odd.number += 1000;
      break;
    default:
      odd.task += 1000;
  }
  Duration delay = weather.dice().chance(0.5) ? 0s : weather.dice().between(Duration{0}, Duration{20s});
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
