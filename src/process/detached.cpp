#include "process/detached.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/process_table.h"
#include "process/program.h"
#include "process/supervisor.h"

namespace weir::process {
namespace {

namespace fs = std::filesystem;

constexpr int sweeps_max = 200;  ///< 1 ms apart: only processes that cannot die yet are left by then

std::unexpected<Error> cannot_write(const fs::path& path, int error) {
  return fail(Code::invalid, fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)),
              "check that its directory exists and may be written");
}

Result<Fd> open_to_append(const fs::path& path) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file) return cannot_write(path, errno);
  return file;
}

Result<fs::path> check_exit_file(const fs::path& exit_file) {
  std::error_code error;
  const fs::path path = fs::absolute(exit_file, error);
  if (exit_file.empty()) return fail(Code::invalid, "a detached process needs an exit file", "name one");
  if (fs::exists(path, error)) {
    return fail(Code::conflict, fmt::format("exit file '{}' exists already", path.string()),
                "name a new one for each process");
  }
  if (::access(path.parent_path().c_str(), W_OK | X_OK) != 0) return cannot_write(path, errno);
  return path;
}

int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

class WaitingSupervisor final : public Prepared {
 public:
  WaitingSupervisor(Supervisor supervisor, Fd pidfd, Identity identity)
      : supervisor_(std::move(supervisor)), pidfd_(std::move(pidfd)), identity_(std::move(identity)) {}

  ~WaitingSupervisor() override {
    if (!supervisor_.control) return;
    // It has started nothing, so nothing can be left behind.
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), nullptr, WEXITED);
  }

  const Identity& supervisor() const override { return identity_; }

  Result<void> go() override {
    if (!supervisor_.control) return {};
    if (::send(supervisor_.control.get(), &go_message, 1, MSG_NOSIGNAL) != 1) {
      return fail(Code::unavailable, fmt::format("supervisor {} has died before its start", identity_.pid),
                  "nothing was started; try again");
    }
    supervisor_.control.reset();
    return {};
  }

 private:
  Supervisor supervisor_;
  Fd pidfd_;
  Identity identity_;
};

/// The process itself when it lives or waits to be reaped; nullopt when it is gone or the number is somebody
/// else's.
std::optional<ProcessInfo> find_process(const Identity& identity) {
  auto info = read_process(identity.pid);
  if (!info || info->start_ticks != identity.start_ticks || read_boot_id() != identity.boot_id)
    return std::nullopt;
  return info;
}

/// A supervisor that we started and that has ended would stay a zombie for as long as we live. One that
/// another process started is no child of ours; then this has no effect.
void reap(const Fd& pidfd) { ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), nullptr, WEXITED | WNOHANG); }

class PidfdWatch final : public ExitWatch {
 public:
  PidfdWatch(Loop& loop, Fd pidfd, std::function<void()> gone)
      : loop_(loop), pidfd_(std::move(pidfd)), gone_(std::move(gone)) {
    watch_ = loop_.watch_readable(pidfd_.get(), [this] { ended(); });
  }
  ~PidfdWatch() override { stop(); }

 private:
  void ended() {
    reap(pidfd_);
    stop();
    auto gone = std::move(gone_);
    gone();  // may destroy us
  }
  void stop() {
    if (!pidfd_) return;
    loop_.unwatch(watch_);
    pidfd_.reset();
  }

  Loop& loop_;
  Fd pidfd_;
  std::function<void()> gone_;
  Loop::WatchId watch_ = 0;
};

/// For a supervisor that has exited already: tells so in the loop's next turn, like any other watch.
class PastWatch final : public ExitWatch {
 public:
  PastWatch(Loop& loop, std::function<void()> gone) {
    loop.post([wanted = std::weak_ptr<void>(wanted_), gone = std::move(gone)] {
      if (!wanted.expired()) gone();
    });
  }

 private:
  std::shared_ptr<void> wanted_ = std::make_shared<char>();
};

}  // namespace

Result<std::unique_ptr<Prepared>> prepare(const DetachedSpec& spec) {
  auto program = find_program(spec.command);
  if (!program) return std::unexpected(program.error());
  auto exit_file = check_exit_file(spec.exit_file);
  if (!exit_file) return std::unexpected(exit_file.error());
  auto out = open_to_append(spec.out);
  if (!out) return std::unexpected(out.error());
  auto err = open_to_append(spec.err);
  if (!err) return std::unexpected(err.error());

  const auto grace = std::chrono::ceil<std::chrono::milliseconds>(spec.grace).count();
  auto supervisor = start_supervisor({.command = spec.command,
                                      .program = *program,
                                      .exit_file = *exit_file,
                                      .grace_ms = static_cast<std::int32_t>(std::clamp<std::int64_t>(
                                          grace, 0, std::numeric_limits<std::int32_t>::max()))},
                                     *out, *err);
  if (!supervisor) return std::unexpected(supervisor.error());
  Fd pidfd(open_pidfd(supervisor->pid));
  if (!pidfd) {
    supervisor->control.reset();  // before go: it leaves at once
    ::waitpid(supervisor->pid, nullptr, 0);
    return fail(Code::unavailable, "cannot watch a process: too many open files",
                "raise the limit: ulimit -n");
  }
  const auto info = read_process(supervisor->pid);
  Identity identity{.pid = supervisor->pid,
                    .start_ticks = info ? info->start_ticks : 0,
                    .boot_id = read_boot_id(),
                    .tree = supervisor->tree};
  return std::make_unique<WaitingSupervisor>(std::move(*supervisor), std::move(pidfd), std::move(identity));
}

bool is_alive(const Identity& supervisor) {
  const Fd pidfd(open_pidfd(supervisor.pid));
  const auto info = find_process(supervisor);
  if (!info) return false;
  if (info->has_ended()) reap(pidfd);
  return !info->has_ended();
}

std::unique_ptr<ExitWatch> watch_exit(Loop& loop, const Identity& supervisor, std::function<void()> gone) {
  Fd pidfd(open_pidfd(supervisor.pid));
  if (!pidfd || !is_alive(supervisor)) return std::make_unique<PastWatch>(loop, std::move(gone));
  return std::make_unique<PidfdWatch>(loop, std::move(pidfd), std::move(gone));
}

void terminate_tree(const Identity& supervisor) {
  if (read_boot_id() != supervisor.boot_id) return;
  Fd pidfd(open_pidfd(supervisor.pid));
  if (pidfd && is_alive(supervisor)) {
    ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGTERM, nullptr, 0);
    return;
  }
  for (int sweep = 0; sweep < sweeps_max && kill_marked(supervisor.tree) > 0; ++sweep) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace weir::process
