// The workers of one run of a Python flow: the one that runs its body, threads and coroutines, and as many processes as
// tasks of kind `python.process` need. Those that die are replaced.
//
// Executors (executor.h) hand it attempts; a FlowBody (flow_body.h) gets what the body says.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "foreign/kinds.h"
#include "foreign/process_pool.h"
#include "workers/pace.h"

namespace weir::foreign {

/// What the body's worker says that is not about attempts.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(std::string_view type, json& message) = 0;
  virtual void on_batch() {}

  /// Whether the body has declared the task of this attempt, or will declare nothing any more. A body that is replayed
  /// comes to some tasks later than the engine does.
  virtual bool has_declared(runtime::AttemptId) const { return true; }

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
  explicit Fleet(Loop& loop);

  using ShowLine = std::function<void(process::Stream, std::string_view)>;

  /// Lines of workers that belong to no attempt.
  void on_line(ShowLine show) { show_line_ = std::move(show); }

  /// Makes the worker of the body: a new process, or the program at the other end of `socket`. Code::unavailable when it
  /// cannot be started.
  Result<void> start_body(const WorkerCommand& command, Listener& listener);
  void adopt_body(process::Fd socket, Listener& listener);

  /// What processes are told when they start: a message `open`, and where.
  void set_tasks(const Source& source, json open);

  /// To the body's worker.
  void say(std::string_view message);
  void flush(Duration patience);
  bool has_body() const { return body_ != nullptr; }

  /// The body has begun: attempts may follow.
  void set_ready();

  /// The body has declared more tasks, or all it ever will.
  void note_declared();

  /// Threads and coroutines, as the worker said in its `hello`.
  void set_room(std::size_t threads, std::size_t coroutines);

  std::size_t capacity(Place place) const;
  void start(Place place, Job job);
  void cancel(runtime::AttemptId attempt);

 private:
  using Task = std::pair<std::uint32_t, std::uint32_t>;  ///< run, task

  WorkerEvents body_events();
  void body_gone();
  void dispatch();
  std::deque<Job>::iterator next_to_start();
  bool is_suspect(const Job& job) const;
  void ended(runtime::AttemptId attempt, std::int64_t us);
  void give_up(const runtime::Failure& crash);
  bool cancel_waiting(std::deque<Job>& jobs, runtime::AttemptId attempt);

  Loop& loop_;
  ShowLine show_line_{};
  Listener* listener_ = nullptr;
  std::unique_ptr<Worker> body_{};
  bool is_ready_ = false;                       ///< … and has been told of its run
  std::optional<runtime::Failure> given_up_{};  ///< it died, and no other one will take its place
  std::size_t threads_ = 1;
  std::size_t coroutines_ = 1;
  workers::Pace pace_{};

  // Attempts for the body's worker that were not handed over.
  std::deque<Job> undeclared_{};  ///< … because the body does not have their tasks yet
  std::deque<Job> waiting_{};     ///< … because there is no worker, or a suspect must be alone

  std::set<Task> suspects_{};         ///< died with a worker, and have not ended since
  std::optional<Task> on_trial_{};    ///< the suspect that runs alone now
  std::size_t suspects_waiting_ = 0;  ///< among those in `waiting_`

  ProcessPool processes_;
};

}  // namespace weir::foreign
