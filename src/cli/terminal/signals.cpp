#include "cli/terminal/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace weir::cli {
namespace {
sigset_t termination_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void block_termination_signals() {
  sigset_t signals = termination_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void release_termination_signals() {
  sigset_t signals = termination_signals();
  const timespec at_once{};
  while (sigtimedwait(&signals, nullptr, &at_once) > 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

bool sleep_unless_interrupted(Duration duration) {
  sigset_t signals = termination_signals();
  auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  timespec time{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(duration - seconds).count()};
  return sigtimedwait(&signals, nullptr, &time) < 0;
}

Signals::Signals(Loop& loop, std::function<void()> pressed) : loop_(loop) {
  sigset_t set = termination_signals();
  fd_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  watch_ = loop_.watch_readable(fd_, [this, pressed = std::move(pressed)] {
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof info) == sizeof info) pressed();
  });
}

Signals::~Signals() {
  loop_.unwatch(watch_);
  close(fd_);
}

}  // namespace weir::cli
