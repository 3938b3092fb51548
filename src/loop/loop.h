// The event loop: one thread that runs posted functions, timers and file-descriptor watches in turn. State
// owned by a loop needs no locks. Boost.Asio does the work and stays behind this header.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"

namespace weir {

/// What runs on a loop must not block and must not throw (a throw ends the process). A loop may be destroyed
/// with work pending: none of it runs, all of it is dropped.
class Loop {
 public:
  using TimerId = std::uint64_t;
  using WatchId = std::uint64_t;
  virtual ~Loop() = default;

  /// Runs `work` on the loop's thread, after everything posted before it. Any thread.
  virtual void post(std::function<void()> work) = 0;

  /// Runs `work` once when `delay` has passed (monotonic time). Loop thread only, as are all calls below.
  virtual TimerId after(Duration delay, std::function<void()> work) = 0;
  virtual void cancel_timer(TimerId timer) = 0;  ///< unknown or fired: nothing happens

  /// Runs `ready` while `fd` (pipe, socket, pidfd: what poll() knows) is readable or has lost its other end,
  /// again and again until unwatched. One watch per descriptor. The caller keeps owning `fd` and closes it
  /// only after unwatch.
  virtual WatchId watch_readable(int fd, std::function<void()> ready) = 0;

  /// The same while `fd` takes more to write. A descriptor that is watched for both is watched under two numbers: dup.
  virtual WatchId watch_writable(int fd, std::function<void()> ready) = 0;
  virtual void unwatch(WatchId watch) = 0;

  /// Runs until stop(). The thread that calls it is the loop's thread. May be called again afterwards.
  virtual void run() = 0;
  virtual void stop() = 0;  ///< any thread; run() returns after the function that is running now, or at once
};

std::unique_ptr<Loop> make_loop();

}  // namespace weir
