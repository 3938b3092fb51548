// One run: of a job (or of a one-time submission), or of one task in it.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "databricks/wire/run_state.h"
#include "process/detached.h"

namespace weir::workspace {

using databricks::LifeCycle;
using databricks::ResultState;

/// Why a run is being ended before its time.
enum class Stop : std::uint8_t { none, cancel, timeout, cluster_lost };

struct Run {
  std::int64_t run_id = 0;
  std::int64_t parent_id = 0;  ///< of a task run: its job run, or the run of the for_each_task; else 0
  std::int64_t job_id = 0;     ///< submissions have one too, which names no job
  std::string run_type{};      ///< JOB_RUN or SUBMIT_RUN
  std::string name{};
  std::string task_key{};            ///< of a task run
  std::int64_t attempt = 0;          ///< from 0; a retry is a further task run with the same key
  std::int64_t first_attempt = 0;    ///< the one that the last repair made; retries are counted from it
  std::string trigger = "ONE_TIME";  ///< of a job run: what started it
  std::int64_t caller_id = 0;  ///< of a job run: the task run of the run_job_task that started it; else 0
  std::int64_t loop_of_id =
      0;                       ///< of an iteration, whose parent is the run of its for_each_task: the job run
  std::int64_t iteration = 0;  ///< of an iteration: which, from 0
  std::string input{};  ///< JSON: of an iteration its input, of a for_each_task all of them once it runs

  /// Of a job run: {"settings": …, "version": "2.1", "overrides": the *_params, "job_parameters": {…}}.
  /// Of a task run: the task, with the run's parameters already in it.
  json spec{};

  LifeCycle life_cycle = LifeCycle::pending;
  ResultState result = ResultState::unknown;
  std::string termination{};  ///< code of status.termination_details, once ended
  std::string message{};
  Stop stop = Stop::none;

  std::int64_t created_ms = 0;
  std::int64_t started_ms = 0;   ///< when its driver was started; of a job run: when its first task was
  std::int64_t ended_ms = 0;     ///< 0 until it has ended
  std::int64_t retry_at_ms = 0;  ///< of a retry: not before
  process::Identity supervisor{};

  bool is_task() const { return parent_id != 0; }
  bool is_iteration() const { return loop_of_id != 0; }
  std::int64_t job_run_id() const { return is_iteration() ? loop_of_id : parent_id; }  ///< of a task run
  bool has_ended() const { return databricks::is_terminal(life_cycle); }
  bool has_driver() const { return supervisor.pid != 0; }
};

/// How a run ended.
struct Ending {
  LifeCycle life_cycle = LifeCycle::terminated;
  ResultState result = ResultState::success;
  std::string termination = "SUCCESS";
  std::string message{};
};

/// Of a run that was cancelled or took too long.
inline Ending ending_of(Stop why) {
  if (why == Stop::timeout)
    return {.result = ResultState::timed_out,
            .termination = "CANCELED",
            .message = "The run exceeded its timeout."};
  if (why == Stop::cluster_lost)
    return {.life_cycle = LifeCycle::internal_error,
            .result = ResultState::failed,
            .termination = "CLUSTER_ERROR",
            .message = "The cluster of this run ended while the run was going."};
  return {.result = ResultState::cancelled, .termination = "USER_CANCELED", .message = "Run cancelled."};
}

/// Of a task that cannot be carried out as it is written, or for what is not there.
inline Ending cannot_run(std::string termination, std::string message) {
  return {.life_cycle = LifeCycle::internal_error,
          .result = ResultState::failed,
          .termination = std::move(termination),
          .message = std::move(message)};
}
inline Ending misconfigured(std::string message) {
  return cannot_run("INVALID_RUN_CONFIGURATION", std::move(message));
}
inline Ending cluster_error(std::string message) { return cannot_run("CLUSTER_ERROR", std::move(message)); }

inline void end(Run& run, Ending ending, std::int64_t now_ms) {
  run.life_cycle = ending.life_cycle;
  run.result = ending.result;
  run.termination = std::move(ending.termination);
  run.message = std::move(ending.message);
  run.ended_ms = now_ms;
}

}  // namespace weir::workspace
