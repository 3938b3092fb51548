#include "process/child.h"

#include <algorithm>
#include <limits>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/output.h"
#include "process/process_table.h"
#include "process/program.h"
#include "process/supervisor.h"
#include "process/tree.h"

namespace weir::process {
namespace {

constexpr std::int32_t grace_ms_unasked = 5000;

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
  SupervisedChild(Loop& loop, Supervisor supervisor, Fd out, Fd err, ChildEvents events)
      : loop_(loop),
        supervisor_(std::move(supervisor)),
        events_(std::move(events)),
        out_(loop, std::move(out), Stream::out, events_),
        err_(loop, std::move(err), Stream::err, events_) {
    watch_ = loop_.watch_readable(supervisor_.pidfd.get(), [this] { supervisor_ended(); });
    ::send(supervisor_.control.get(), &go_message, 1, MSG_NOSIGNAL);
  }

  ~SupervisedChild() override {
    if (next_pass_) loop_.cancel_timer(*next_pass_);
    if (!supervisor_.pidfd) return;
    loop_.unwatch(watch_);
    supervisor_.control.reset();  // the supervisor kills its tree at that
    reap_later(loop_, supervisor_.pid, std::move(supervisor_.pidfd));
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
    supervisor_.pidfd.reset();
    int status = 0;
    ssize_t size = 0;
    // An order that the supervisor did not read any more makes the first look fail; what it has said is behind that.
    do {
      size = ::recv(supervisor_.control.get(), &status, sizeof status, MSG_DONTWAIT);
    } while (size < 0 && errno == ECONNRESET);
    if (size == sizeof status) {
      return finish(exit_of(status));
    }
    sweep(exit_of(supervisor_status));
  }

  /// The supervisor has been killed: its work falls to us.
  void sweep(Exit exit) {
    next_pass_.reset();
    if (sweep_.pass()) return finish(exit);
    next_pass_ = loop_.after(TreeSweep::pause, [this, exit] { sweep(exit); });
  }

  void finish(Exit exit) {
    out_.finish();
    err_.finish();
    if (auto on_exit = std::move(events_.on_exit)) on_exit(exit);  // may destroy us
  }

  Loop& loop_;
  Supervisor supervisor_;
  ChildEvents events_;
  Output out_;
  Output err_;
  Loop::WatchId watch_ = 0;
  TreeSweep sweep_{supervisor_.tree};
  std::optional<Loop::TimerId> next_pass_{};
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

bool is_still_ending(std::string_view owner) {
  return std::ranges::any_of(living_processes(), [&](const ProcessInfo& process) {
    return process.parent != ::getpid() && is_supervisor_of(process.pid, owner);
  });
}

Result<std::unique_ptr<Child>> Child::start(Loop& loop, const Command& command, ChildEvents events,
                                            const Fd& input) {
  auto program = find_program(command);
  if (!program) return std::unexpected(program.error());
  auto out = make_pipe();
  if (!out) return std::unexpected(out.error());
  auto err = make_pipe();
  if (!err) return std::unexpected(err.error());
  auto supervisor = start_supervisor({.command = command, .program = *program, .grace_ms = grace_ms_unasked},
                                     {.out = out->write, .err = err->write, .in = input});
  if (!supervisor) return std::unexpected(supervisor.error());
  return std::make_unique<SupervisedChild>(loop, std::move(*supervisor), std::move(out->read),
                                           std::move(err->read), std::move(events));
}

}  // namespace weir::process
