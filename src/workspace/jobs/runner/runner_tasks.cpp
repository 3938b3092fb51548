#include <algorithm>

#include "workspace/jobs/drivers/driver_outcome.h"
#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/job_clusters.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr int starts_in_vain_max = 6;

Ending driver_error(std::string message) {
  return {.life_cycle = LifeCycle::internal_error,
          .result = ResultState::failed,
          .termination = "DRIVER_ERROR",
          .message = std::move(message)};
}

/// A fresh folder: what an earlier start left behind has no meaning.
Result<void> make_folder(const RunFolder& folder, const json& task) {
  std::error_code error;
  fs::remove_all(folder.root, error);
  fs::create_directories(folder.work(), error);
  if (error) return fail(Code::internal, "could not make " + folder.root.string() + ": " + error.message());
  return replace_file(folder.task(), to_pretty_text(task) + "\n");
}

bool wants_retry(const Run& task, const Run& parent) {
  bool failed = task.result == ResultState::failed ||
                (task.result == ResultState::timed_out && bool_or(task.spec, "retry_on_timeout", false));
  failed = failed && control_of(task.spec) != Control::condition;
  std::int64_t retries = int_or(task.spec, "max_retries", 0);
  return failed && parent.stop == Stop::none && (retries < 0 || task.attempt - task.first_attempt < retries);
}

}  // namespace

void Runner::enqueue(const Run& task) {
  if (task.life_cycle == LifeCycle::pending && timers_.contains(task.run_id)) return;  // it starts again then
  auto is_this = [&](const auto& entry) { return entry.second == task.run_id; };
  bool known = drivers_.contains(task.run_id) || std::ranges::find(ready_, task.run_id) != ready_.end() ||
               std::ranges::any_of(waiting_, is_this);
  if (known) return;
  if (task.life_cycle == LifeCycle::pending) {
    if (control_of(task.spec) != Control::none) return accept(task.run_id);
    ready_.push_back(task.run_id);
  }
  if (task.life_cycle != LifeCycle::waiting_for_retry || timers_.contains(task.run_id)) return;
  at(task.retry_at_ms, task.run_id, [this, id = task.run_id] {
    ready_.push_back(id);
    start_ready();
  });
}

void Runner::start_ready() {
  while (drivers_.size() < options_.drivers_max && !ready_.empty()) {
    std::int64_t id = ready_.front();
    ready_.pop_front();
    auto task = runs_.find(id);
    if (!task) return say_if_failed(std::unexpected(task.error()), id);
    bool waits = *task && ((*task)->life_cycle == LifeCycle::pending ||
                           (*task)->life_cycle == LifeCycle::waiting_for_retry);
    if (waits) say_if_failed(start(std::move(**task)), id);
  }
}

Result<void> Runner::start(Run task) {
  if (control_of(task.spec) != Control::none) return advance_control(std::move(task));
  auto cluster = cluster_of_task(task);
  return cluster ? start_on_cluster(std::move(task), *cluster) : start_on(std::move(task), std::nullopt);
}

Result<void> Runner::start_on(Run task, std::optional<Attachment> attachment) {
  auto around = surroundings_of(task);
  if (!around || !*around) return around ? Result<void>() : std::unexpected(around.error());
  auto spec = resolve_task(task.spec, references_for(task, **around));
  if (!spec) return end_task(std::move(task), misconfigured(spec.error()));
  // The row keeps what was written: a retry has values of its own.
  Run resolved = task;
  resolved.spec = std::move(*spec);

  auto folder = folder_of(task.run_id);
  auto planned = plan_driver(world_, resolved, folder, attachment);
  if (!planned) return end_task(std::move(task), planned.error());
  planned->process.grace = options_.cancel_grace;
  if (starts_in_vain_.contains(task.run_id)) planned->process.can_be_warm = false;  // the next may be as bad
  planned->task.get_object()["task_folders"] = folders_of(**around);
  if (auto made = make_folder(folder, planned->task); !made)
    return end_task(std::move(task), driver_error(made.error().message));
  return launch(std::move(task), std::move(*planned));
}

Result<void> Runner::launch(Run task, DriverStart start) {
  auto prepared = world_.drivers.prepare(start.process);
  if (!prepared) return end_task(std::move(task), driver_error(prepared.error().message));
  task.supervisor = (*prepared)->supervisor();
  if (auto recorded = record_start(task); !recorded) return recorded;
  // Should the supervisor have died meanwhile, the watch finds it gone without the mark of a start, and it
  // starts again.
  auto gone = (*prepared)->go();
  watch(task);
  arm_timeout(task);
  return gone;
}

Result<void> Runner::record_start(Run& task) {
  auto parent = runs_.find(task.parent_id);
  if (!parent) return std::unexpected(parent.error());
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  task.life_cycle = LifeCycle::running;
  task.started_ms = now_ms();
  if (auto updated = runs_.update(task); !updated) return updated;
  if (*parent && (*parent)->life_cycle == LifeCycle::pending) {
    (*parent)->life_cycle = LifeCycle::running;
    (*parent)->started_ms = task.started_ms;
    if (auto updated = runs_.update(**parent); !updated) return updated;
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  watch_for_notices(task);
  if (!*parent || (*parent)->started_ms != task.started_ms) return {};
  arm_timeout(**parent);
  if (!(*parent)->is_task()) watch_for_notices(**parent);
  return {};
}

void Runner::watch(const Run& task) {
  drivers_[task.run_id] = process::watch_exit(loop_, task.supervisor, [this, id = task.run_id] {
    drivers_.erase(id);
    say_if_failed(driver_gone(id), id);
    start_ready();
  });
}

/// A supervisor that was killed takes its command along but nothing that the command has started, which must not go on
/// beside a further attempt: it is ended here.
Result<void> Runner::driver_gone(std::int64_t task_run_id) {
  auto task = runs_.find(task_run_id);
  if (!task) return std::unexpected(task.error());
  if (!*task || (*task)->has_ended()) return {};
  leave_cluster(**task);
  auto folder = folder_of(task_run_id);
  if (!process::read_exit(folder.exit())) process::terminate_tree((*task)->supervisor);
  if ((*task)->stop != Stop::none) {
    Ending ending = ending_of((*task)->stop);
    return end_task(std::move(**task), std::move(ending));
  }
  if (never_began(folder.root))
    return start_again(std::move(**task),
                       driver_error("The driver of this run died before it began, each time."));
  if (bool_or(read_result(folder), "start_again", false))
    return start_again(std::move(**task),
                       cluster_error("The cluster of this run is running, but does not answer."));
  return end_task(std::move(**task), ending_of_driver(folder, Stop::none));
}

/// Nothing of the user's has run. At once, then after pauses that together exceed the grace of a cluster that is about to
/// be gone; a task that never gets further ends as `at_last` says.
Result<void> Runner::start_again(Run task, Ending at_last) {
  int in_vain = ++starts_in_vain_[task.run_id];
  if (in_vain == starts_in_vain_max) return end_task(std::move(task), std::move(at_last));
  task.supervisor = {};
  task.started_ms = 0;
  task.life_cycle = LifeCycle::pending;
  if (auto updated = runs_.update(task); !updated) return updated;
  auto grace = std::chrono::duration_cast<std::chrono::milliseconds>(options_.cancel_grace).count();
  std::int64_t pause_ms = in_vain == 1 ? 0 : grace >> (starts_in_vain_max - 1 - in_vain);
  at(now_ms() + pause_ms, task.run_id, [this, id = task.run_id] {
    ready_.push_back(id);
    start_ready();
  });
  return {};
}

Result<void> Runner::end_task(Run task, Ending ending) {
  auto parent = runs_.find(task.parent_id);
  if (!parent) return std::unexpected(parent.error());
  end(task, std::move(ending), now_ms());
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  if (auto updated = runs_.update(task); !updated) return updated;
  if (*parent && wants_retry(task, **parent))
    if (auto added = add_retry(task, **parent); !added) return added;
  if (auto committed = transaction->commit(); !committed) return committed;
  disarm(task.run_id);
  starts_in_vain_.erase(task.run_id);
  unwatch_for_notices(task.run_id);
  accept(task.parent_id);
  return {};
}

/// A further attempt, not before min_retry_interval_millis after the start of the failed one.
Result<void> Runner::add_retry(const Run& failed, const Run& parent) {
  Run retry{
      .parent_id = parent.run_id,
      .job_id = failed.job_id,
      .run_type = failed.run_type,
      .name = failed.name,
      .task_key = failed.task_key,
      .attempt = failed.attempt + 1,
      .first_attempt = failed.first_attempt,
      .loop_of_id = failed.loop_of_id,
      .iteration = failed.iteration,
      .input = failed.is_iteration() ? failed.input : std::string(),  // a for_each_task reads its own anew
      .spec = failed.spec,
      .life_cycle = LifeCycle::waiting_for_retry,
      .created_ms = now_ms()};
  std::int64_t began = failed.started_ms != 0 ? failed.started_ms : failed.created_ms;
  retry.retry_at_ms = std::max(now_ms(), began + int_or(failed.spec, "min_retry_interval_millis", 0));
  auto inserted = runs_.insert(retry);
  return inserted ? Result<void>() : std::unexpected(inserted.error());
}

}  // namespace weir::workspace
