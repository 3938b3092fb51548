#include "local_executor.h"

namespace weir::sim {

using namespace std::chrono_literals;

std::vector<core::Kind> LocalExecutor::kinds() const {
  core::Kind kind;
  kind.name = "local";
  kind.open = true;
  return {kind};
}

void LocalExecutor::start(runtime::Attempt attempt, runtime::Reports& reports) {
  AttemptName name = name_of(attempt);
  site_.trace("executor: {} of {} starts here, inputs {}", name.number, attempt.task,
              to_text(attempt.inputs));
  site_.audit.on_handed_over(attempt);
  site_.maybe_die(site_.weather.crash_at_call);
  auto id = attempt.id;
  auto outcome = site_.outcome(name);
  working_[id] = {std::move(attempt), &reports};
  if (outcome.is == Outcome::Is::hang) return;
  site_.timeline.after(outcome.lasts, owner_, [this, id, is = outcome.is] { end(id, is); });
}

/// Ending takes a moment, in which the work may still come to its own end.
void LocalExecutor::cancel(runtime::AttemptId attempt) {
  auto found = working_.find(attempt);
  if (found != working_.end()) site_.audit.on_asked_to_cancel(name_of(found->second.attempt));
  site_.maybe_die(site_.weather.crash_at_call);
  Duration delay = site_.weather.dice().between(Duration{0}, Duration{500ms});
  site_.timeline.after(delay, owner_, [this, attempt] { end(attempt, Outcome::Is::hang); });
}

void LocalExecutor::end(runtime::AttemptId id, Outcome::Is outcome) {
  auto work = working_.extract(id);
  if (work) reporter_.end(*work.mapped().reports, work.mapped().attempt, outcome);
}

}  // namespace weir::sim
