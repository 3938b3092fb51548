// What a run and its tasks have to tell, written down with the state it is about.
#include <algorithm>
#include <chrono>

#include "workspace/jobs/runner/runner.h"

namespace weir::workspace {

/// Inside a transaction.
Result<void> Runner::note(const Run& job_run, const std::vector<Run>& tasks) {
  auto is_new = notices_.catch_up(job_run, tasks, now_ms());
  if (!is_new) return std::unexpected(is_new.error());
  if (*is_new && options_.has_notices) later(options_.has_notices);
  return {};
}

/// Of a run that ended in the moment in which it was asked for.
Result<void> Runner::note_skipped(const Run& job_run) {
  const json* settings = find(job_run.spec, "settings");
  if (!settings || !asks_for_notices(*settings)) return {};
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  auto noted = note(job_run, {});
  return noted ? transaction->commit() : noted;
}

/// The plan of the job run is looked at again when there is something to tell: now that the run has begun, and once it
/// takes too long.
void Runner::watch_for_notices(const Run& run) {
  const json* asked = run.is_task() ? &run.spec : find(run.spec, "settings");
  if (!asked || !asks_for_notices(*asked)) return;
  std::int64_t job_run_id = run.is_task() ? run.job_run_id() : run.run_id;
  accept(job_run_id);
  auto warned_at = warning_time(run);
  if (!warned_at) return;
  unwatch_for_notices(run.run_id);
  auto delay = std::chrono::milliseconds(std::max<std::int64_t>(0, *warned_at - now_ms()));
  warnings_[run.run_id] = loop_.after(delay, [this, id = run.run_id, job_run_id] {
    warnings_.erase(id);
    advance(job_run_id);
  });
}

void Runner::unwatch_for_notices(std::int64_t run_id) {
  if (auto timer = warnings_.extract(run_id)) loop_.cancel_timer(timer.mapped());
}

}  // namespace weir::workspace
