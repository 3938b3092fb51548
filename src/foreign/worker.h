// One worker: a connected process, and the attempts it has in hand. Knows nothing of flows: whatever is not about an
// attempt goes to `on_message`.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "foreign/line_socket.h"
#include "process/child.h"
#include "runtime/executor.h"

namespace weir::foreign {

/// An attempt, and who wants to hear of it.
struct Job {
  runtime::Attempt attempt{};
  runtime::Reports* reports = nullptr;
  bool is_cancelled = false;  ///< the worker was asked to end it
};

/// What a worker is started with.
struct WorkerCommand {
  std::string python{};
  std::string directory{};
  Duration hello_patience = std::chrono::minutes{1};   ///< one that says nothing for this long is ended
  Duration cancel_patience = std::chrono::seconds{5};  ///< and one that does not end a cancelled attempt
};

struct WorkerEvents {
  /// Of the conversation: everything but what is about attempts.
  std::function<void(std::string_view type, json& message)> on_message{};
  std::function<void()> on_batch{};

  /// An attempt has ended after so many microseconds; `cancelled` ones too.
  std::function<void(runtime::AttemptId, std::int64_t us)> on_ended{};

  /// Lines of the process itself, which no attempt's log has.
  std::function<void(process::Stream, std::string_view)> on_line{};

  /// Once: the worker is gone. Its attempts are still in hand; the worker may be destroyed in here.
  std::function<void()> on_gone{};
};

class Worker {
 public:
  /// Starts `python -m weir.worker`. `unavailable` when it cannot be started.
  static Result<std::unique_ptr<Worker>> start(Loop& loop, const WorkerCommand& command, WorkerEvents events);

  /// The program that started us.
  static std::unique_ptr<Worker> adopt(Loop& loop, process::Fd socket, WorkerEvents events);

  ~Worker();
  Worker(const Worker&) = delete;

  void say(std::string_view message) { socket_->send(message); }
  void flush(Duration patience) { socket_->flush(patience); }

  void start(Job job);

  /// Asks for the end of an attempt that is in hand; kills the worker when it does not come, if it is ours to kill.
  void cancel(runtime::AttemptId attempt);

  std::size_t in_hand() const { return in_hand_; }
  bool has(runtime::AttemptId attempt) const { return find(attempt).has_value(); }

  /// For one that is gone: reports the attempts that owe an end. Those that were asked to end have now been seen to, and
  /// nothing counts against those that it took along because we ended it.
  void report_losses();

  /// Attempts that it took along; none when we ended it ourselves, for one that did not heed its cancel.
  std::vector<runtime::AttemptId> suspects() const;

  /// How the process died, for people: its last words and its signal.
  std::string last_words() const;

  /// What its attempts died of.
  runtime::Failure crash() const;

 private:
  Worker(Loop& loop, WorkerEvents events, Duration cancel_patience)
      : loop_(loop), events_(std::move(events)), cancel_patience_(cancel_patience) {}

  void listen(process::Fd socket);
  void take_line(process::Stream stream, std::string_view line);
  void remember(std::string line);
  void wait_for_hello(Duration patience);
  void take(json& message);
  std::string how_it_ended() const;
  bool take_of_attempt(std::string_view type, json& message);
  void end(std::uint32_t id, std::int64_t us);
  std::optional<std::uint32_t> find(runtime::AttemptId attempt) const;
  void gone(const std::string& why);
  void exited(process::Exit exit);
  void tell_gone();

  Loop& loop_;
  WorkerEvents events_;
  const Duration cancel_patience_;
  std::unique_ptr<LineSocket> socket_;
  std::unique_ptr<process::Child> child_;
  std::optional<process::Exit> exit_{};
  std::vector<Job> jobs_{};  ///< by the id of the conversation; without reports: a free place
  std::vector<std::uint32_t> free_{};
  std::size_t in_hand_ = 0;
  bool has_spoken_ = false;
  bool is_dying_ = false;  ///< says why
  bool is_ended_for_cancel_ = false;
  std::deque<std::string> last_lines_{};
  std::string refused_{};    ///< why it would not work
  std::string broke_off_{};  ///< what was wrong with what it said
  bool is_connected_ = true;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::foreign
