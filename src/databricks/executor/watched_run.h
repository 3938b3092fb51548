// A run of the workspace that an attempt waits for, as RunWatch sees it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "databricks/client/api_call.h"
#include "databricks/executor/call_budget.h"
#include "databricks/executor/pace.h"

namespace weir::databricks {

class WatchedRun {
 public:
  /// Asks for the run itself; what comes back is followed by RunWatch::again or ::leave.
  virtual void look(Urgency urgency) = 0;

  /// The run is among the active ones. `run` is what runs/list says of it: all of runs/get but the tasks.
  virtual void listed(const json& run) = 0;

  /// The workspace could not be asked about this run and others of its flow run, `count` together. Told to one of them.
  virtual void out_of_reach(const CallError& error, std::size_t count) = 0;

  virtual std::uint32_t flow_run() const = 0;  ///< which flow run it belongs to

 protected:
  ~WatchedRun() = default;

 private:
  friend class RunWatch;
  friend class RollCall;

  enum class Place : std::uint8_t { nowhere, alone, asked, on_the_roll };

  std::int64_t run_id_ = 0;
  std::int64_t started_ms_ = 0;  ///< start_time of the run; 0: not known
  Pace pace_{Duration{1}, Duration{1}, 1, 0};
  std::chrono::steady_clock::time_point due_{};  ///< of the next look, when alone
  std::uint32_t called_ = 0;                     ///< the roll call that has dealt with it last
  Place place_ = Place::nowhere;
  bool is_missed_ = false;  ///< asked for because a roll call did not see it
};

}  // namespace weir::databricks
