// A loop with a thread of its own to run it, from its first use on: what nobody uses has no thread.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "loop/loop.h"

namespace weir::workers {

/// One owner at a time, whose calls start the thread; what runs on the loop may use it as well.
class LoopThread {
 public:
  LoopThread() = default;
  ~LoopThread() {
    finish([] {});
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  Loop& loop() {
    if (!loop_) {
      loop_ = make_loop();
      thread_ = std::thread([this] { loop_->run(); });
    }
    return *loop_;
  }

  /// Runs `last` on the loop, after what was posted before, and ends the thread. Whoever keeps state that
  /// belongs to the loop drops it in there. Does nothing when the loop was never used, or is called again.
  void finish(std::function<void()> last) {
    if (!thread_.joinable()) return;
    loop_->post([this, last = std::move(last)] {
      last();
      loop_->stop();
    });
    thread_.join();
  }

 private:
  std::unique_ptr<Loop> loop_{};
  std::thread thread_{};
};

}  // namespace weir::workers
