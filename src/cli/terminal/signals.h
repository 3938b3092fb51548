// Ctrl-C and its like as something a loop waits for.
#pragma once

#include <functional>

#include "loop/loop.h"

namespace weir::cli {

/// Keeps the signals that ask a process to end (SIGINT, SIGTERM) from ending it, in this thread and all that it starts
/// from now on: Signals reads them.
void block_termination_signals();

/// Lets them end this process again, in this thread. Those that came and that nobody has read are forgotten: they were
/// meant for what is over.
void release_termination_signals();

/// Sleeps so long and says true, or false as soon as such a signal comes. They must be blocked.
bool sleep_unless_interrupted(Duration duration);

/// Calls `pressed` on the loop's thread for each such signal, as long as it lives. They must be blocked.
class Signals {
 public:
  Signals(Loop& loop, std::function<void()> pressed);
  ~Signals();
  Signals(const Signals&) = delete;

 private:
  Loop& loop_;
  int fd_ = -1;
  Loop::WatchId watch_ = 0;
};

}  // namespace weir::cli
