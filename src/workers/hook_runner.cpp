#include "workers/hook_runner.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

#include <fmt/format.h>

#include "process/child.h"
#include "runtime/state_change.h"
#include "workers/loop_thread.h"

namespace weir::workers {
namespace {

constexpr std::size_t last_line_max = 500;

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables about(const runtime::StateChange& change, core::Hook::On on) {
  const auto& run = change.run();
  Variables variables{{"WEIR_EVENT", fmt::format("{} {}", change.task() ? "task" : "run", core::name_of(on))},
                      {"WEIR_RUN_ID", run.about().id},
                      {"WEIR_RUN_NAME", run.about().name},
                      {"WEIR_FLOW", run.about().flow},
                      {"WEIR_STATE", std::string(core::name_of(change.state()))}};
  if (change.task()) {
    variables.emplace_back("WEIR_TASK", change.key());
    variables.emplace_back("WEIR_ATTEMPT", std::to_string(run.attempts(*change.task())));
  }
  if (auto why = change.why(); !why.empty()) variables.emplace_back("WEIR_WHY", std::move(why));
  return variables;
}

class ProcessHookRunner final : public HookRunner {
 public:
  ~ProcessHookRunner() override {
    thread_.finish([this] { under_way_.clear(); });
  }

  void on_event(runtime::RunSlot, const core::Run& run, const core::Event& event) override {
    runtime::for_each_change(run, event, [this](const runtime::StateChange& change) {
      const auto& run = change.run();
      for (const auto& hook : change.task() ? run.spec(*change.task()).policy.hooks : run.about().hooks) {
        if (core::is_for(hook.on, change.state())) start(hook, change);
      }
    });
  }

  std::vector<std::string> finish(Duration patience) override {
    std::unique_lock lock(mutex_);
    finished_ = true;
    ended_.wait_for(lock, patience, [this] { return waiting_ == 0; });
    auto troubles = std::move(troubles_);
    if (waiting_ > 0) troubles.push_back(fmt::format("{} hooks take too long and are ended", waiting_));
    return troubles;
  }

 private:
  /// One program under way.
  struct Program {
    std::string name{};
    std::string last_line{};
    std::unique_ptr<process::Child> child{};
  };

  void start(const core::Hook& hook, const runtime::StateChange& change) {
    {
      std::lock_guard lock(mutex_);
      if (finished_) return;
      ++waiting_;
    }
    process::Command command{.argv = hook.argv,
                             .environment = process::inherited_environment(about(change, hook.on)),
                             .directory = string_or(change.run().about().source, "directory", "")};
    auto name =
        fmt::format("hook on_{} ({})", core::name_of(hook.on), hook.argv.empty() ? "" : hook.argv.front());
    thread_.loop().post(
        [this, command = std::move(command), name = std::move(name)] { launch(command, name); });
  }

  void launch(const process::Command& command, const std::string& name) {
    auto program = under_way_.emplace(under_way_.end(), Program{.name = name});
    auto child = process::Child::start(
        thread_.loop(), command,
        {.on_line = [program](process::Stream,
                              std::string_view line) { program->last_line = line.substr(0, last_line_max); },
         .on_bytes = {},
         .on_exit = [this, program](process::Exit exit) { ended(program, exit); }});
    if (child) {
      program->child = std::move(*child);
      return;
    }
    under_way_.erase(program);
    count_end(fmt::format("{}: {}", name, to_text(child.error())));
  }

  void ended(std::list<Program>::iterator program, process::Exit exit) {
    std::string trouble;
    if (!exit.ok()) {
      trouble = fmt::format("{} ended with {}{}{}", program->name, exit.code,
                            program->last_line.empty() ? "" : ": ", program->last_line);
    }
    under_way_.erase(program);
    count_end(std::move(trouble));
  }

  void count_end(std::string trouble) {
    std::lock_guard lock(mutex_);
    if (!trouble.empty()) troubles_.push_back(std::move(trouble));
    --waiting_;
    ended_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t waiting_ = 0;
  bool finished_ = false;
  std::vector<std::string> troubles_;
  std::list<Program> under_way_;  ///< loop thread only
  LoopThread thread_;
};

}  // namespace

std::unique_ptr<HookRunner> make_hook_runner() { return std::make_unique<ProcessHookRunner>(); }

}  // namespace weir::workers
