// A loop with a thread of its own to run it.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "loop/loop.h"

namespace weir::workers {

class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_->run(); }) {}
  ~LoopThread() {
    finish([] {});
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  Loop& loop() { return *loop_; }

  /// Runs `last` on the loop, after what was posted before, and ends the thread. Whoever keeps state that
  /// belongs to the loop drops it in there. Calling it again does nothing.
  void finish(std::function<void()> last) {
    if (!thread_.joinable()) return;
    loop_->post([this, last = std::move(last)] {
      last();
      loop_->stop();
    });
    thread_.join();
  }

 private:
  std::unique_ptr<Loop> loop_ = make_loop();
  std::thread thread_;
};

}  // namespace weir::workers
