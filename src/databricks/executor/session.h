// What all attempts of one executor share: the loop, the connection to the workspace and how often to ask it.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "databricks/client/workspace_client.h"
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
  double polls_per_second_max = 15;  ///< over all runs
  double loopback_polls_per_second_max = 500;
  Duration resend_first = std::chrono::milliseconds(500);  ///< after a failed call
  Duration resend_max = std::chrono::seconds(30);
  Duration cancel_again = std::chrono::seconds(15);  ///< when a cancelled run still runs
  Duration doubt = std::chrono::seconds(10);         ///< between looks for what a lost answer may have left
  Duration reconnect = std::chrono::seconds(5);      ///< between questions to the provider
  Duration complain = std::chrono::seconds(60);      ///< between warnings about the same trouble
  int not_found_max = 3;                             ///< answers in a row before a run counts as deleted
  int output_tries_max = 8;                          ///< answers of 5xx before an output is given up
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

  /// After connect() succeeded. `done` runs on the loop.
  void call(const ApiRequest& request, std::function<void(Answer)> done);

  bool is_local() const;  ///< the workspace is on this machine

  /// Runs being polled; with many of them each is asked less often.
  void count_watched(int change) { watched_ += change; }
  Duration poll_interval_min() const;

 private:
  void note_trouble(const CallError& error);
  void reconnect();

  Loop& loop_;
  net::HttpClient& http_;
  ConnectionProvider provider_;
  const Clock& clock_;
  Timing timing_;
  std::optional<WorkspaceClient> client_{};
  bool doubtful_ = false;  ///< the connection may have changed
  Instant asked_at_{};     ///< when the provider was last called
  int watched_ = 0;
};

}  // namespace weir::databricks
