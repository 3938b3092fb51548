// The workers of the role `tasks`: each runs one attempt of kind `python.process` at a time. They are started when there
// is work for them, kept for the next attempt, and end with the pool.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foreign/worker.h"

namespace weir::foreign {

struct PoolEvents {
  /// What a process says that is not about attempts.
  std::function<void(std::string_view type, json& message)> on_message{};
  std::function<void(process::Stream, std::string_view)> on_line{};
};

class ProcessPool {
 public:
  ProcessPool(Loop& loop, PoolEvents events) : loop_(loop), events_(std::move(events)) {}

  /// How processes are started, and the message `open` for them; nullopt: there can be none, and attempts fail. Those
  /// that came before wait for this.
  void set_tasks(std::optional<WorkerCommand> command, json open);

  /// Attempts it works on at a time: one for each core.
  static std::size_t capacity();

  /// To a process that is idle, or to a new one. An attempt whose process dies is reported as crashed.
  void start(Job job);

  /// Unknown attempts are ignored.
  void cancel(runtime::AttemptId attempt);

 private:
  struct Process {
    std::unique_ptr<Worker> worker;
    std::optional<Job> job{};  ///< waits until it is ready
    bool is_ready = false;
  };

  void launch(Job job);
  std::size_t free_place();
  WorkerEvents events_of(std::size_t place);
  void said(std::size_t place, std::string_view type, json& message);
  void refused(Process& process, const json& message);
  void gone(std::size_t place);

  Loop& loop_;
  PoolEvents events_;
  bool is_set_ = false;
  std::vector<Job> early_{};  ///< attempts that came before the tasks were set
  std::optional<WorkerCommand> command_{};
  json open_{};
  std::vector<std::unique_ptr<Process>> processes_{};  ///< null: a place that is free
};

}  // namespace weir::foreign
