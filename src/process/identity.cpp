// Supervisors known by identity only, whoever started them.
#include <thread>

#include <signal.h>
#include <sys/wait.h>

#include "process/detached.h"
#include "process/process_table.h"
#include "process/tree.h"

namespace weir::process {
namespace {

constexpr int passes_max = 100;  // half a second: only processes that cannot die yet are left by then

/// Waits to be reaped, or lives; nullopt when it is gone or the number is somebody else's.
std::optional<ProcessInfo> find_process(const Identity& identity) {
  auto info = read_process(identity.pid);
  if (!info || info->start_ticks != identity.start_ticks || read_boot_id() != identity.boot_id)
    return std::nullopt;
  return info;
}

/// A supervisor that we started and that has ended would stay a zombie for as long as we live. One that another
/// process started is no child of ours; then this has no effect.
void reap(const Fd& pidfd) { ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), nullptr, WEXITED | WNOHANG); }

/// Empty when it has exited; otherwise it is this very process, for good.
Fd open_living(const Identity& supervisor) {
  Fd pidfd = open_pidfd(supervisor.pid);
  const auto info = find_process(supervisor);
  if (!pidfd || !info) return {};
  if (!info->has_ended()) return pidfd;
  reap(pidfd);
  return {};
}

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

/// For a supervisor that has exited already: tells so in a later turn of the loop, like any other watch.
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

bool is_alive(const Identity& supervisor) { return static_cast<bool>(open_living(supervisor)); }

std::unique_ptr<ExitWatch> watch_exit(Loop& loop, const Identity& supervisor, std::function<void()> gone) {
  Fd pidfd = open_living(supervisor);
  if (!pidfd) return std::make_unique<PastWatch>(loop, std::move(gone));
  return std::make_unique<PidfdWatch>(loop, std::move(pidfd), std::move(gone));
}

void terminate_tree(const Identity& supervisor) {
  if (read_boot_id() != supervisor.boot_id) return;
  if (const Fd pidfd = open_living(supervisor)) return send_signal(pidfd, SIGTERM);
  TreeSweep sweep(supervisor.tree);
  for (int pass = 0; pass < passes_max && !sweep.pass(); ++pass)
    std::this_thread::sleep_for(TreeSweep::pause);
}

}  // namespace weir::process
