#include "cli/watching/run_wait.h"

#include "cli/terminal/signals.h"

namespace weir::cli {
namespace {

constexpr Duration look_every = std::chrono::milliseconds(50);

class Wait {
 public:
  Wait(WatchedRun& watched, const std::function<bool(const core::Run&)>& true_now)
      : watched_(watched), true_now_(true_now) {}

  Result<Waited> to_end() {
    block_termination_signals();
    Signals signals(*loop_, [this] { leave(Waited::interrupted); });
    look();
    if (!result_) loop_->run();
    return *result_;
  }

 private:
  void look() {
    auto done = watched_.read_on([](const core::Event&) {});
    if (!done) return leave(std::unexpected(done.error()));
    if (is_terminal(watched_.run().state()) || true_now_(watched_.run())) return leave(Waited::seen);
    if (watched_.is_abandoned()) return leave(Waited::abandoned);
    loop_->after(look_every, [this] { look(); });
  }

  void leave(Result<Waited> result) {
    result_ = std::move(result);
    loop_->stop();
  }

  WatchedRun& watched_;
  const std::function<bool(const core::Run&)>& true_now_;
  std::unique_ptr<Loop> loop_ = make_loop();
  std::optional<Result<Waited>> result_{};
};

}  // namespace

Result<Waited> wait_for(WatchedRun& watched, const std::function<bool(const core::Run&)>& true_now) {
  return Wait(watched, true_now).to_end();
}

}  // namespace weir::cli
