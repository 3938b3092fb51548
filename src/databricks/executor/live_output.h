// Follows what the tasks of a run print while it goes on, where the workspace offers that: the embedded one does, in a
// call of its own (GET /weir/runs/output). No other workspace is ever asked for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "databricks/executor/session.h"

namespace weir::databricks {

/// Loop thread only. Held by a shared_ptr; nothing is called any more once its owner has let go.
class LiveOutput : public std::enable_shared_from_this<LiveOutput> {
 public:
  static bool is_offered_by(const Connection& connection) { return connection.name == embedded_connection; }

  LiveOutput(Session& session, std::function<void(std::string)> line)
      : session_(session), line_(std::move(line)) {}

  /// Asks what the tasks of `run`, a whole answer of runs/get, have printed since the last time.
  void follow(const json& run);

  /// The same for a run that has ended, until nothing is left; then `done`.
  void follow_to_the_end(const json& run, std::function<void()> done);

  /// Whether everything that a task run printed has been passed on.
  bool is_complete(std::int64_t task_run_id) const;

 private:
  struct Task {
    std::string mark{};  ///< "load | ", of a run with several tasks
    std::int64_t out = 0;
    std::int64_t err = 0;
    bool has_ended = false;
    bool is_asked = false;
    bool is_complete = false;
  };

  void ask(std::int64_t task_run_id, Task& task);
  void on_answer(std::int64_t task_run_id, bool had_ended, const Answer& answer);
  void pass_on(const json& answer, std::string_view stream, const std::string& mark, std::int64_t& next);
  void end_if_complete();

  Session& session_;
  std::function<void(std::string)> line_;
  std::map<std::int64_t, Task> tasks_{};  ///< those that have begun, by the id of their run
  std::function<void()> done_{};
  bool is_refused_ = false;  ///< the workspace is of another version
};

}  // namespace weir::databricks
