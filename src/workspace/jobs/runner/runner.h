// Brings accepted runs to their end, each task in a driver process of its own. Every step is durable before
// the next one is taken, so that a server that starts again goes on exactly where the last one was killed:
//
//   accepted   the run and its tasks are rows       → they are started
//   prepared   a supervisor waits for its go        → it leaves by itself; the task is started again
//   recorded   its identity is in the task's row    → without a mark in the run's folder no user code ran: the task
//                                                     is started again
//   running    the supervisor lives, or has left an → watched, or concluded
//              exit file, whatever happens to us
//   ended      the result is in the row             → the tasks behind it are looked at
//
// runner.cpp decides what happens next to a run; runner_tasks.cpp starts, watches and ends its tasks; runner_clusters.cpp
// does what is particular to tasks on a cluster that is there already: they wait for it, and they end with it;
// runner_job_clusters.cpp starts and ends the clusters that the tasks of a run share;
// runner_control.cpp does what tasks do that have no driver and steer the run, runner_calls.cpp runs jobs for them,
// runner_loops.cpp repeats tasks. runner_notices.cpp writes down what is to be told.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/clock.h"
#include "loop/loop.h"
#include "workspace/clusters/clusters.h"
#include "workspace/home/home.h"
#include "workspace/jobs/drivers/driver_start.h"
#include "workspace/jobs/plan/references.h"
#include "workspace/jobs/runs/run_store.h"
#include "workspace/jobs/settings/control_task.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/jobs/settings/notices.h"

namespace weir::workspace {

/// Loop thread only.
class Runner {
 public:
  struct Options {
    std::size_t drivers_max = 4;       ///< running at once; the tasks of more runs wait as PENDING
    std::size_t job_clusters_max = 4;  ///< alive at once, when no run needs more than one
    Duration cancel_grace = std::chrono::seconds(10);  ///< from SIGTERM to SIGKILL
    std::function<void()> has_notices{};               ///< called in the loop when there are some to send
  };

  Runner(Loop& loop, State& state, const Home& home, DriverWorld world, Clusters& clusters, Options options);
  ~Runner();  ///< drivers run on

  /// Takes up every run that has not ended. Once, before anything else.
  Result<void> recover();

  /// A new run is in the store. Returns at once; the run starts in the loop's next turn.
  void accept(std::int64_t run_id);

  /// Ends a job run or one task run; decided and durable when it returns. What has ended stays as it is.
  Result<void> stop(std::int64_t run_id, Stop why);

  /// Starts a run of a job whose time has come.
  Result<void> start_by_schedule(const Job& job);

  RunFolder folder_of(std::int64_t task_run_id) const { return {.root = home_.run(task_run_id)}; }

 private:
  /// Of a task, or of an iteration of one.
  struct Surroundings {
    Run job_run{};
    std::vector<Run> tasks{};  ///< of the job run, retries included
  };

  Result<void> take_up(const std::vector<Run>& tasks);
  void advance(std::int64_t run_id);
  Result<void> advance_run(Run run);
  Result<bool> may_leave_queue(const Run& run);
  Result<void> wake_queue(std::int64_t job_id);
  Result<void> stop_run(Run run, Stop why);
  Result<void> stop_task(Run task, Stop why);
  void arm_timeout(const Run& run);
  void at(std::int64_t time_ms, std::int64_t run_id, std::function<void()> work);
  void disarm(std::int64_t run_id);
  void later(std::function<void()> work);
  void say_if_failed(const Result<void>& done, std::int64_t run_id);

  void end_going(const Run& task);
  void take_up_control(const Run& task);
  Result<void> advance_control(Run task);
  Result<void> decide_condition(Run task);
  Result<void> follow_call(Run task);
  Result<void> call_job(Run task);
  Result<std::optional<std::string>> fault_of_call(const Run& job_run, std::int64_t job_id);
  Result<std::optional<Run>> run_above(const Run& job_run);
  Result<void> advance_loop(Run loop);
  Result<void> open_loop(Run loop);
  Result<std::vector<Run>> begin_iterations(const Run& loop, const std::vector<std::int64_t>& positions);
  Result<void> stop_iterations(std::vector<Run>& iterations, Stop why);
  Result<std::optional<Surroundings>> surroundings_of(const Run& task);
  References references_for(const Run& task, const Surroundings& around) const;
  json folders_of(const Surroundings& around) const;

  Result<void> note(const Run& job_run, const std::vector<Run>& tasks);
  Result<void> note_skipped(const Run& job_run);
  void watch_for_notices(const Run& run);
  void unwatch_for_notices(std::int64_t run_id);

  void enqueue(const Run& task);
  void start_ready();
  Result<void> start(Run task);
  Result<void> start_on(Run task, std::optional<Attachment> attachment);
  Result<void> start_on_cluster(Run task, const std::string& cluster_id);
  Result<void> start_job_cluster(Run task, const std::string& cluster_id,
                                 const std::optional<Cluster>& earlier);
  Result<bool> may_have_job_cluster(const Run& task);
  Result<void> end_unused_job_clusters(const Run& run);
  Result<void> end_orphaned_job_clusters(const std::set<std::string>& in_use);
  Result<void> forget_job_clusters();
  void cluster_changed(const Cluster& cluster);
  void leave_cluster(const Run& task);
  Result<void> end_waiting(const Cluster& cluster);
  Result<void> end_attached(const Cluster& cluster);
  Result<void> launch(Run task, DriverStart start);
  Result<void> record_start(Run& task);
  void watch(const Run& task);
  Result<void> driver_gone(std::int64_t task_run_id);
  Result<void> start_again(Run task, Ending at_last);
  Result<void> end_task(Run task, Ending ending);
  Result<void> add_retry(const Run& failed, const Run& parent);

  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  Loop& loop_;
  State& state_;
  const Home& home_;
  DriverWorld world_;
  Clusters& clusters_;
  Options options_;
  RunStore runs_;
  Notices notices_;
  SystemClock clock_;
  std::map<std::int64_t, std::unique_ptr<process::ExitWatch>> drivers_;  ///< by task run
  std::deque<std::int64_t> ready_;                                       ///< task runs that wait for a place
  std::multimap<std::string, std::int64_t>
      waiting_;  ///< task runs that wait for a cluster, by its id, or for room
  std::map<std::int64_t, Loop::TimerId> timers_;                ///< time-outs and retries, by run
  std::map<std::int64_t, int> starts_in_vain_;                  ///< of this server's, by task run
  std::map<std::int64_t, Loop::TimerId> warnings_;              ///< when a run takes too long, by run
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< what posted work asks first
};

}  // namespace weir::workspace
