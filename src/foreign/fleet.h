// The workers of one run of a Python flow: the one that runs its body, threads and coroutines, and as many processes as
// tasks of kind `python.process` need. Replaces those that die.
//
// Executors (executor.h) hand it attempts; a FlowBody (flow_body.h) gets what the body says.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "foreign/kinds.h"
#include "foreign/worker.h"
#include "workers/pace.h"

namespace weir::foreign {

/// What the body's worker says that is not about attempts.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(std::string_view type, json& message) = 0;
  virtual void on_batch() {}

  /// The worker is gone. True: another one has been, or will be, started for the body.
  virtual bool on_gone(const std::string& last_words) = 0;
};

/// The file whose tasks the processes run.
struct Source {
  std::string file{};  ///< empty: the program was typed in, nobody else can load it
  std::string python{};
  std::string directory{};
};

class Fleet {
 public:
  explicit Fleet(Loop& loop) : loop_(loop) {}

  using ShowLine = std::function<void(process::Stream, std::string_view)>;

  /// Lines of workers that belong to no attempt.
  void on_line(ShowLine show) { show_line_ = std::move(show); }

  /// Makes the worker of the body: a new process, or the program at the other end of `socket`. Code::unavailable when it
  /// cannot be started.
  Result<void> start_body(const Source& source, Listener& listener);
  void adopt_body(process::Fd socket, Listener& listener);

  /// What processes are told when they start: a message `open`, and where.
  void set_tasks(Source source, json open);

  /// To the body's worker.
  void say(std::string_view message);
  void flush(Duration patience);
  bool has_body() const { return body_ != nullptr; }

  /// The body has begun: attempts may follow.
  void set_ready();

  /// Threads and coroutines, as the worker said in its `hello`.
  void set_room(std::size_t threads, std::size_t coroutines);

  std::size_t capacity(Place place) const;
  void start(Place place, Job job);
  void cancel(runtime::AttemptId attempt);

 private:
  struct Process {
    std::unique_ptr<Worker> worker;
    std::optional<Job> job{};  ///< waits until it is ready
    bool is_ready = false;
  };

  WorkerEvents body_events();
  void body_gone();
  void dispatch();
  void lose(std::vector<Job> jobs, const Worker& worker);
  void ended(runtime::AttemptId attempt, std::int64_t us);

  void start_process(Job job);
  WorkerEvents process_events(std::size_t number);
  void process_said(std::size_t number, std::string_view type, const json& message);
  void process_gone(std::size_t number);

  Loop& loop_;
  ShowLine show_line_{};
  std::unique_ptr<Worker> body_{};
  bool is_ready_ = false;  ///< … and has been told of its run
  Listener* listener_ = nullptr;
  std::size_t threads_ = 1;
  std::size_t coroutines_ = 1;
  workers::Pace pace_{};

  /// Attempts for the body's worker that were not handed over: none is there, or one of `suspects_` must be alone.
  std::deque<Job> waiting_{};
  std::set<std::pair<std::uint32_t, std::uint32_t>> suspects_{};  ///< tasks that died with a worker: run, task

  Source tasks_{};
  json open_{};
  std::vector<std::unique_ptr<Process>> processes_{};
};

}  // namespace weir::foreign
