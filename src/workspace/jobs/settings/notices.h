// What jobs and tasks ask to be told of their runs by webhook: `webhook_notifications`, muted by `notification_settings`,
// and for runs that take long by `health`. A notice is written down with the state it is about, once; the notifier sends it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workspace/home/state.h"
#include "workspace/jobs/runs/run.h"
#include "workspace/notifications/destination.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// As many destinations as one event may have.
inline constexpr std::size_t destinations_per_event_max = 3;

struct Notice {
  std::int64_t notice_id = 0;
  std::string destination_id{};
  std::string body{};  ///< JSON, as it is sent
  std::int64_t attempts = 0;
};

class Notices {
 public:
  Notices(State& state, std::string org_id) : state_(state), org_id_(std::move(org_id)) {}

  /// Writes down what is due of a job run and its tasks as they are now, and was not written before. Inside a transaction.
  /// True when something is to be sent.
  Result<bool> catch_up(const Run& job_run, const std::vector<Run>& tasks, std::int64_t now_ms);

  Result<std::vector<Notice>> due(std::int64_t now_ms);
  Result<std::optional<std::int64_t>> next_due_ms();                 ///< of all that wait
  Result<void> close(const Notice& notice, std::string_view state);  ///< "sent", "kept", "failed"
  Result<void> postpone(const Notice& notice, std::int64_t due_ms);

 private:
  struct Event;
  Result<bool> add(const Event& event, std::int64_t now_ms);

  State& state_;
  std::string org_id_;
};

/// When a run that goes on has taken as long as a rule of its `health` allows; nullopt without one.
std::optional<std::int64_t> warning_time(const Run& run);

/// Whether the run or one of its tasks asks for notices at all.
bool asks_for_notices(const json& spec);

/// The destinations that settings of a job and its tasks name. Refuses too many for one event.
Answer<std::vector<std::string>> named_destinations(const JsonObject& settings);

/// Refuses destinations that do not exist.
Answer<void> check_destinations(DestinationStore& store, const JsonObject& settings);

}  // namespace weir::workspace
