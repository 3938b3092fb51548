#include "process/child.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/line_splitter.h"
#include "process/process_table.h"
#include "process/program.h"
#include "process/supervisor.h"

namespace weir::process {
namespace {

constexpr std::size_t read_bytes_per_turn_max =
    256 * 1024;  ///< a flood of output leaves the loop time for others
constexpr std::size_t read_bytes_at_end_max = 2 * 1024 * 1024;  ///< more than any pipe holds (1 MiB)
constexpr Duration sweep_again_after = std::chrono::milliseconds{10};
constexpr std::int32_t grace_ms_unasked = 5000;

using Block = std::array<char, 64 * 1024>;

/// One of the two pipes of a child.
class Output {
 public:
  Output(Loop& loop, Fd pipe, Stream stream, ChildEvents& events)
      : loop_(loop), pipe_(std::move(pipe)), stream_(stream), events_(events) {
    watch_ = loop_.watch_readable(pipe_.get(), [this] { read(read_bytes_per_turn_max); });
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { stop(); }

  /// What is still in the pipe, and the last line.
  void finish() {
    if (pipe_) read(read_bytes_at_end_max);
    stop();
    lines_.finish(line_sink());
  }

 private:
  LineSplitter::Sink line_sink() {
    return [this](std::string_view line) {
      if (events_.on_line) events_.on_line(stream_, line);
    };
  }

  void read(std::size_t bytes_max) {
    thread_local Block block;
    for (std::size_t total = 0; total < bytes_max;) {
      const ssize_t count = ::read(pipe_.get(), block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) return stop();
      const std::string_view bytes(block.data(), static_cast<std::size_t>(count));
      if (events_.on_bytes) events_.on_bytes(stream_, bytes);
      lines_.feed(bytes, line_sink());
      total += bytes.size();
    }
  }

  void stop() {
    if (!pipe_) return;
    loop_.unwatch(watch_);
    pipe_.reset();
  }

  Loop& loop_;
  Fd pipe_;
  Stream stream_;
  ChildEvents& events_;
  Loop::WatchId watch_ = 0;
  LineSplitter lines_{};
};

/// Reaps a supervisor that nobody waits for any more, once it has ended.
void reap_later(Loop& loop, pid_t pid, Fd pidfd) {
  struct Watched {
    Fd pidfd{};
    Loop::WatchId watch = 0;
  };
  auto watched = std::make_shared<Watched>(std::move(pidfd));
  watched->watch = loop.watch_readable(watched->pidfd.get(), [&loop, pid, watched] {
    ::waitpid(pid, nullptr, 0);
    const auto kept = watched;  // unwatch ends this function's own captures
    loop.unwatch(kept->watch);
  });
}

class SupervisedChild final : public Child {
 public:
  SupervisedChild(Loop& loop, Supervisor supervisor, Fd pidfd, Fd out, Fd err, ChildEvents events)
      : loop_(loop),
        supervisor_(std::move(supervisor)),
        pidfd_(std::move(pidfd)),
        events_(std::move(events)),
        out_(loop, std::move(out), Stream::out, events_),
        err_(loop, std::move(err), Stream::err, events_) {
    watch_ = loop_.watch_readable(pidfd_.get(), [this] { supervisor_ended(); });
    ::send(supervisor_.control.get(), &go_message, 1, MSG_NOSIGNAL);
  }

  ~SupervisedChild() override {
    if (sweep_) loop_.cancel_timer(*sweep_);
    if (!pidfd_) return;
    loop_.unwatch(watch_);
    supervisor_.control.reset();  // the supervisor kills its tree at that
    reap_later(loop_, supervisor_.pid, std::move(pidfd_));
  }

  void terminate(Duration grace) override {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(grace).count();
    const auto message = static_cast<std::int32_t>(std::clamp<std::int64_t>(ms, 0, grace_ms_max));
    ::send(supervisor_.control.get(), &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

 private:
  static constexpr std::int64_t grace_ms_max = std::numeric_limits<std::int32_t>::max();

  void supervisor_ended() {
    int supervisor_status = 0;
    ::waitpid(supervisor_.pid, &supervisor_status, 0);
    loop_.unwatch(watch_);
    pidfd_.reset();
    int status = 0;
    if (::recv(supervisor_.control.get(), &status, sizeof status, MSG_DONTWAIT) == sizeof status) {
      return finish(exit_of(status));
    }
    sweep(exit_of(supervisor_status));
  }

  /// The supervisor has been killed: its work falls to us.
  void sweep(Exit exit) {
    sweep_.reset();
    if (kill_marked(supervisor_.tree) == 0) return finish(exit);
    sweep_ = loop_.after(sweep_again_after, [this, exit] { sweep(exit); });
  }

  void finish(Exit exit) {
    out_.finish();
    err_.finish();
    if (auto on_exit = std::move(events_.on_exit)) on_exit(exit);  // may destroy us
  }

  Loop& loop_;
  Supervisor supervisor_;
  Fd pidfd_;
  ChildEvents events_;
  Output out_;
  Output err_;
  Loop::WatchId watch_ = 0;
  std::optional<Loop::TimerId> sweep_{};
};

struct Pipe {
  Fd read{};
  Fd write{};
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(Code::unavailable, "cannot start a process: too many open files",
                "raise the limit: ulimit -n");
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{.read = Fd(ends[0]), .write = Fd(ends[1])};
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(Loop& loop, const Command& command, ChildEvents events) {
  auto program = find_program(command);
  if (!program) return std::unexpected(program.error());
  auto out = make_pipe();
  if (!out) return std::unexpected(out.error());
  auto err = make_pipe();
  if (!err) return std::unexpected(err.error());
  auto supervisor = start_supervisor({.command = command, .program = *program, .grace_ms = grace_ms_unasked},
                                     out->write, err->write);
  if (!supervisor) return std::unexpected(supervisor.error());
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, supervisor->pid, 0)));
  if (!pidfd) {
    supervisor->control.reset();  // before go: it leaves at once
    ::waitpid(supervisor->pid, nullptr, 0);
    return fail(Code::unavailable, "cannot watch a process: too many open files",
                "raise the limit: ulimit -n");
  }
  return std::make_unique<SupervisedChild>(loop, std::move(*supervisor), std::move(pidfd),
                                           std::move(out->read), std::move(err->read), std::move(events));
}

}  // namespace weir::process
