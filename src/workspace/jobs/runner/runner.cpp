#include "workspace/jobs/runner/runner.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "workspace/jobs/plan/run_plan.h"
#include "workspace/jobs/settings/job_clusters.h"

namespace weir::workspace {
namespace {

/// timeout_seconds of a task, or of a job run's settings; 0 for none.
std::int64_t timeout_seconds_of(const Run& run) {
  if (run.is_task()) return int_or(run.spec, "timeout_seconds", 0);
  const json* settings = find(run.spec, "settings");
  return settings ? int_or(*settings, "timeout_seconds", 0) : 0;
}

std::int64_t concurrent_runs_max(const Run& run) {
  const json* settings = find(run.spec, "settings");
  return settings ? int_or(*settings, "max_concurrent_runs", 1) : 1;
}

/// Whether something has to end before the task has.
bool is_going(const Run& task) {
  bool steers = control_of(task.spec) != Control::none;
  return task.has_driver() ||
         (steers && (task.life_cycle == LifeCycle::running || task.life_cycle == LifeCycle::terminating));
}

}  // namespace

Runner::Runner(Loop& loop, State& state, const Home& home, DriverWorld world, Clusters& clusters,
               Options options)
    : loop_(loop),
      state_(state),
      home_(home),
      world_(world),
      clusters_(clusters),
      options_(std::move(options)),
      runs_(state),
      notices_(state, world.setting.org_id) {
  clusters_.listen([this, alive = std::weak_ptr(alive_)](const Cluster& cluster) {
    if (!alive.expired()) cluster_changed(cluster);
  });
}

Runner::~Runner() {
  for (const auto* timers : {&timers_, &warnings_})
    for (const auto& [run, timer] : *timers) loop_.cancel_timer(timer);
}

Result<void> Runner::recover() {
  auto active = runs_.active_of(0);
  if (!active) return std::unexpected(active.error());
  std::set<std::string> in_use;
  for (const Run& run : *active) {
    auto tasks = runs_.tasks_of(run.run_id);
    if (!tasks) return std::unexpected(tasks.error());
    if (auto taken = take_up(*tasks); !taken) return taken;
    in_use.merge(job_clusters_in_use(*tasks));
    arm_timeout(run);
    watch_for_notices(run);
    accept(run.run_id);
  }
  return end_orphaned_job_clusters(in_use);
}

Result<void> Runner::take_up(const std::vector<Run>& tasks) {
  for (const Run& task : tasks) {
    if (task.has_ended()) continue;
    watch_for_notices(task);
    take_up_control(task);
    if (control_of(task.spec) == Control::for_each) {
      auto iterations = runs_.tasks_of(task.run_id);
      auto taken = iterations ? take_up(*iterations) : std::unexpected(iterations.error());
      if (!taken) return taken;
    }
    if (!task.has_driver()) continue;
    watch(task);
    arm_timeout(task);
    if (task.stop != Stop::none) process::terminate_tree(task.supervisor);
  }
  return {};
}

/// Pending tasks are found by the plan of their run, the others would not be.
void Runner::take_up_control(const Run& task) {
  if (task.has_driver() || !is_going(task)) return;
  arm_timeout(task);
  accept(task.run_id);
}

void Runner::accept(std::int64_t run_id) {
  later([this, run_id] { advance(run_id); });
}

void Runner::advance(std::int64_t run_id) {
  auto run = runs_.find(run_id);
  if (!run) return say_if_failed(std::unexpected(run.error()), run_id);
  if (*run && !(*run)->is_task() && (*run)->has_ended()) say_if_failed(note_skipped(**run), run_id);
  if (*run && !(*run)->has_ended())
    say_if_failed((*run)->is_task() ? advance_control(std::move(**run)) : advance_run(std::move(**run)),
                  run_id);
  start_ready();
}

Result<void> Runner::advance_run(Run run) {
  if (run.life_cycle == LifeCycle::queued) {
    auto free = may_leave_queue(run);
    if (!free || !*free) return free ? Result<void>() : std::unexpected(free.error());
    run.life_cycle = LifeCycle::pending;
    if (auto updated = runs_.update(run); !updated) return updated;
  }
  auto tasks = runs_.tasks_of(run.run_id);
  if (!tasks) return std::unexpected(tasks.error());
  Plan next = plan(run, *tasks, now_ms());

  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  for (const Run& task : next.changed)
    if (auto updated = runs_.update(task); !updated) return updated;
  if (next.ending) {
    end(run, *next.ending, now_ms());
    if (auto updated = runs_.update(run); !updated) return updated;
  }
  for (const Run& changed : next.changed) *std::ranges::find(*tasks, changed.run_id, &Run::run_id) = changed;
  if (auto noted = note(run, *tasks); !noted) return noted;
  if (auto committed = transaction->commit(); !committed) return committed;

  for (const Run& task : *tasks) enqueue(task);
  if (auto ended = end_unused_job_clusters(run); !ended) return ended;
  if (!next.ending) return {};
  disarm(run.run_id);
  unwatch_for_notices(run.run_id);
  if (run.caller_id != 0) accept(run.caller_id);
  return wake_queue(run.job_id);
}

/// Runs of one job leave the queue in the order they came, as far as max_concurrent_runs allows.
Result<bool> Runner::may_leave_queue(const Run& run) {
  auto active = runs_.active_of(run.job_id);
  if (!active) return std::unexpected(active.error());
  std::int64_t ahead = std::ranges::count_if(*active, [&](const Run& other) {
    return other.run_id < run.run_id || (other.run_id > run.run_id && other.life_cycle != LifeCycle::queued);
  });
  return ahead < concurrent_runs_max(run);
}

Result<void> Runner::wake_queue(std::int64_t job_id) {
  auto active = runs_.active_of(job_id);
  if (!active) return std::unexpected(active.error());
  for (const Run& run : *active)
    if (run.life_cycle == LifeCycle::queued) accept(run.run_id);
  return {};
}

Result<void> Runner::stop(std::int64_t run_id, Stop why) {
  auto run = runs_.find(run_id);
  if (!run) return std::unexpected(run.error());
  if (!*run || (*run)->has_ended()) return {};
  return (*run)->is_task() ? stop_task(std::move(**run), why) : stop_run(std::move(**run), why);
}

Result<void> Runner::stop_run(Run run, Stop why) {
  auto tasks = runs_.tasks_of(run.run_id);
  if (!tasks) return std::unexpected(tasks.error());
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  if (run.stop == Stop::none) run.stop = why;
  run.life_cycle = LifeCycle::terminating;
  if (auto updated = runs_.update(run); !updated) return updated;
  for (Run& task : *tasks) {
    if (task.has_ended()) continue;
    if (is_going(task)) {
      if (task.stop == Stop::none) task.stop = why;
      task.life_cycle = LifeCycle::terminating;
    } else {
      end(task, ending_of(why), now_ms());
    }
    if (auto updated = runs_.update(task); !updated) return updated;
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  for (const Run& task : *tasks)
    if (!task.has_ended()) end_going(task);
  accept(run.run_id);
  return {};
}

Result<void> Runner::stop_task(Run task, Stop why) {
  if (task.stop == Stop::none) task.stop = why;
  if (!is_going(task)) return end_task(std::move(task), ending_of(why));
  task.life_cycle = LifeCycle::terminating;
  if (auto updated = runs_.update(task); !updated) return updated;
  end_going(task);
  return {};
}

/// Of a task that was asked to end: its driver, or what it has going without one.
void Runner::end_going(const Run& task) {
  if (task.has_driver()) return process::terminate_tree(task.supervisor);
  accept(task.run_id);
}

void Runner::arm_timeout(const Run& run) {
  std::int64_t seconds = timeout_seconds_of(run);
  if (seconds <= 0 || run.started_ms == 0 || run.stop != Stop::none) return;
  at(run.started_ms + seconds * 1000, run.run_id,
     [this, id = run.run_id] { say_if_failed(stop(id, Stop::timeout), id); });
}

void Runner::at(std::int64_t time_ms, std::int64_t run_id, std::function<void()> work) {
  disarm(run_id);
  auto delay = std::chrono::milliseconds(std::max<std::int64_t>(0, time_ms - now_ms()));
  timers_[run_id] = loop_.after(delay, [this, run_id, work = std::move(work)] {
    timers_.erase(run_id);
    work();
  });
}

void Runner::disarm(std::int64_t run_id) {
  if (auto timer = timers_.extract(run_id)) loop_.cancel_timer(timer.mapped());
}

void Runner::later(std::function<void()> work) {
  loop_.post([alive = std::weak_ptr(alive_), work = std::move(work)] {
    if (!alive.expired()) work();
  });
}

/// The store is broken or full. The run stays as it was last recorded; the next start of the server takes it
/// up.
void Runner::say_if_failed(const Result<void>& done, std::int64_t run_id) {
  if (!done) fmt::print(stderr, "workspace: run {}: {}\n", run_id, to_text(done.error()));
}

}  // namespace weir::workspace
