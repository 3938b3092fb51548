// For tests of the engine: it with its real loop, SQLite store and files, and an executor that does what the test says.
#pragma once

#include <deque>

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "core/template.h"
#include "runtime/engine.h"

namespace weir::runtime::testing {

/// Runs attempts by a function the test gives; everything happens on the loop's thread.
class Scripted final : public Executor {
 public:
  using Body = std::function<void(const Attempt&, Reports&)>;
  Scripted(Body body, bool external) : body_(std::move(body)), external_(external) {}

  std::vector<core::Kind> kinds() const override {
    core::Kind kind;
    kind.name = "work";
    kind.open = true;
    kind.external = external_;
    return {kind};
  }
  void start(Attempt attempt, Reports& reports) override {
    reports_ = &reports;
    body_(attempt, reports);
  }
  void cancel(AttemptId attempt) override {
    if (reports_) reports_->cancelled(attempt);  // else it was never given to us
  }
  void run_ended(std::uint32_t run) override { ended.push_back(run); }
  bool takes_wrapped() const override { return deals_in_wrapped; }

  std::vector<std::uint32_t> ended{};
  bool deals_in_wrapped = false;

 private:
  Body body_;
  bool external_;
  Reports* reports_ = nullptr;
};

/// One process: it may be given up at any moment and another opened on the same state.
class Process final : public Observer {
 public:
  Process(const std::filesystem::path& state, Scripted::Body body, bool external = false)
      : store_(store::open_sqlite_store(state, random_).value()),
        locks_(store::slot_locks_in(state / "limits")),
        log_(state / "logs"),
        results_(store::result_files_in(state / "results")) {
    std::vector<std::unique_ptr<Executor>> executors;
    executors.push_back(std::make_unique<Scripted>(std::move(body), external));
    executor_ = static_cast<Scripted*>(executors.front().get());
    engine_ = std::make_unique<Engine>(
        Surroundings{*loop_, clock_, random_, *store_, *locks_, log_, *results_}, std::move(executors));
    engine_->observe(*this);
  }

  Engine& engine() { return *engine_; }
  Scripted& executor() { return *executor_; }
  store::ResultFiles& files() { return *results_; }
  store::Store& store() { return *store_; }
  Loop& loop() { return *loop_; }
  const core::Run& run(RunSlot slot = 0) const { return engine_->run(slot); }

  /// Runs the loop until the run has ended or `until` holds.
  void run_until(std::function<bool()> until) {
    until_ = std::move(until);
    while (!until_() && broken.empty()) loop_->run();
    until_ = {};  // what it refers to may be gone when the next event comes
  }
  void run_to_end() {
    run_until([this] { return is_terminal(run().state()); });
  }

  void on_event(RunSlot, const core::Run&, const core::Event&) override { check(); }
  void on_log(RunSlot, const core::Run&, core::TaskIndex, const store::LogLine& line) override {
    logged.push_back(line.text);
  }
  void on_broken(const Error& error) override {
    broken = error.message;
    loop_->stop();
  }

  ~Process() override { CHECK(broken.empty()); }

  std::vector<std::string> logged;
  std::string broken{};  ///< why the store failed; a test that expects it takes it out

 private:
  void check() {
    if (until_ && until_()) loop_->stop();
  }

  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Loop> loop_ = make_loop();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::SlotLocks> locks_;
  store::TaskLog log_;
  std::unique_ptr<store::ResultFiles> results_;
  Scripted* executor_ = nullptr;
  std::unique_ptr<Engine> engine_;
  std::function<bool()> until_;
};

inline core::TaskSpec task(const std::string& key, std::vector<std::string> upstreams = {},
                           json inputs = nullptr) {
  return {key, "work", std::move(inputs), std::move(upstreams), {}, {}};
}

inline core::RunStarted about(JsonObject parameters = {}) {
  core::RunStarted started;
  started.flow = "story";
  started.parameters = std::move(parameters);
  return started;
}

inline void echo(const Attempt& attempt, Reports& reports) { reports.succeeded(attempt.id, attempt.inputs); }

}  // namespace weir::runtime::testing
