#include "cli/watching/follow.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/terminal/signals.h"
#include "workers/flow_executor.h"

namespace weir::cli {
namespace {

constexpr Duration redraw_every = std::chrono::milliseconds(100);

class Follower final : public runtime::Observer {
 public:
  Follower(Session& session, runtime::RunSlot slot, Progress& progress, const Terminal& terminal,
           const std::string& program)
      : session_(session), slot_(slot), progress_(progress), terminal_(terminal), program_(program) {}

  Followed to_end() {
    session_.engine().observe(*this);
    Signals signals(session_.loop(), [this] { interrupted(); });
    if (terminal_.is_interactive()) redraw();
    if (!is_terminal(run().state())) session_.loop().run();
    if (broken_) return {core::RunState::running, terminal_.error(*broken_)};
    auto state = run().state();
    if (state == core::RunState::running) return {state, Exit::interrupted};
    if (interrupts_ > 0) return {state, Exit::interrupted};
    return {state, state == core::RunState::succeeded ? Exit::ok : Exit::run_failed};
  }

 private:
  const core::Run& run() const { return session_.engine().run(slot_); }

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override {
    slots_.insert(slot);
    if (slot == slot_) progress_.on_event(run, event);
    bool idle = interrupts_ == 1 && !has_live_attempt();
    if (is_terminal(this->run().state()) || idle) session_.loop().stop();
  }

  void on_log(runtime::RunSlot slot, const core::Run&, core::TaskIndex task,
              const store::LogLine& line) override {
    if (slot == slot_) progress_.on_output(task, line.level, line.text);
  }

  void on_broken(const Error& error) override {
    broken_ = error;
    broken_->hint = fmt::format("{}; then: {} runs resume {}",
                                error.hint.empty() ? "look at the disk and the state folder" : error.hint,
                                program_, run().about().name);
    session_.loop().stop();
  }

  /// Of the run, or of a child of it. The attempt that such a run stands for only waits for it.
  bool has_live_attempt() const {
    return std::ranges::any_of(slots_, [this](runtime::RunSlot slot) {
      const auto& run = session_.engine().run(slot);
      return std::ranges::any_of(run.live(), [&run](const auto& live) {
        return run.spec(live.first).kind != workers::flow_kind().name;
      });
    });
  }

  void interrupted() {
    const auto& name = run().about().name;
    switch (++interrupts_) {
      case 1:
        session_.engine().hold();
        progress_.say(fmt::format("stopping: nothing more is started. Go on later with: {} runs resume {}",
                                  program_, name));
        if (!has_live_attempt()) return session_.loop().stop();
        progress_.say("waiting for what is running; press Ctrl-C again to cancel the run");
        return;
      case 2:
        progress_.say("cancelling the run; press Ctrl-C again to leave without waiting");
        session_.engine().cancel(slot_);
        return;
      default:
        session_.loop().stop();
    }
  }

  void redraw() {
    progress_.tick(run(), SystemClock{}.now());
    session_.loop().after(redraw_every, [this] { redraw(); });
  }

  Session& session_;
  runtime::RunSlot slot_;
  std::set<runtime::RunSlot> slots_{slot_};  ///< with those of its child runs
  Progress& progress_;
  const Terminal& terminal_;
  const std::string& program_;
  int interrupts_ = 0;
  std::optional<Error> broken_{};
};

}  // namespace

Followed follow(Session& session, runtime::RunSlot slot, Progress& progress, const Terminal& terminal,
                const std::string& program) {
  return Follower(session, slot, progress, terminal, program).to_end();
}

}  // namespace weir::cli
