// What all attempts of one executor share: the loop, the connection to the workspace, how many calls it may take, and
// the watch over their runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "databricks/client/workspace_client.h"
#include "databricks/executor/call_budget.h"
#include "databricks/executor/pace.h"
#include "databricks/executor/run_watch.h"
#include "loop/loop.h"

namespace weir::databricks {

/// Finds the workspace. May block (it may have to start one). Called when the first attempt needs a
/// connection; again when the embedded workspace stopped answering (it may be back on another port) or the
/// token was refused (it may have been renewed).
using ConnectionProvider = std::function<Result<Connection>()>;

struct Timing {
  Duration poll_first = std::chrono::milliseconds(250);
  Duration poll_max = std::chrono::seconds(10);
  Duration loopback_poll_first = std::chrono::milliseconds(25);  ///< of a workspace on this machine
  Duration loopback_poll_max = std::chrono::seconds(1);
  double calls_per_second = 15;  ///< over everything that is asked, as Databricks' own clients hold it
  double loopback_calls_per_second = 500;
  Duration resend_first = std::chrono::milliseconds(500);  ///< after a failed call
  Duration resend_max = std::chrono::seconds(30);
  Duration cancel_again = std::chrono::seconds(15);  ///< when a cancelled run still runs
  Duration doubt = std::chrono::seconds(10);         ///< between looks for what a lost answer may have left
  Duration reconnect = std::chrono::seconds(5);      ///< between questions to the provider
  Duration complain = std::chrono::seconds(60);      ///< between warnings about the same trouble
  int not_found_max = 3;                             ///< answers in a row before a run counts as deleted
  int output_tries_max = 8;                          ///< answers of 500 before an output is given up
};

/// Loop thread only.
class Session {
 public:
  Session(Loop& loop, net::HttpClient& http, ConnectionProvider provider, const Clock& clock, Timing timing);

  Loop& loop() { return loop_; }
  Instant now() const { return clock_.now(); }
  const Timing& timing() const { return timing_; }

  /// The connection, asked for on first use and again after each failure.
  Result<Connection> connect();

  /// After connect() succeeded. Leaves when the budget allows it; `done` runs on the loop.
  void call(ApiRequest request, std::function<void(Answer)> done, Urgency urgency);

  /// Urgency::act for what changes something, Urgency::fetch for what only reads.
  void call(ApiRequest request, std::function<void(Answer)> done);

  bool is_local() const;  ///< the workspace is on this machine
  double rate() const { return budget_.rate(); }
  Duration poll_max() const { return is_local() ? timing_.loopback_poll_max : timing_.poll_max; }
  Pace poll_pace(std::uint64_t seed) const;
  Pace resend_pace(std::uint64_t seed) const;  ///< of a call that was not answered, or not taken

  RunWatch& watch() { return watch_; }

 private:
  void send(const ApiRequest& request, std::function<void(Answer)> done);
  void note(const Answer& answer);
  void reconnect();
  void use(const Connection& connection);

  Loop& loop_;
  net::HttpClient& http_;
  ConnectionProvider provider_;
  const Clock& clock_;
  Timing timing_;
  std::optional<WorkspaceClient> client_{};
  bool doubtful_ = false;  ///< the connection may have changed
  Instant asked_at_{};     ///< when the provider was last called
  CallBudget budget_;
  Pace throttled_;  ///< how long to hold when the workspace says "too many" and not how long
  RunWatch watch_;
};

}  // namespace weir::databricks
