// For tests of executors: keeps what they report and lets a test wait for it.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/executor.h"

namespace weir::runtime::testing {

class RecordingReports final : public Reports {
 public:
  struct End {
    AttemptId attempt{};
    std::string how{};  ///< "succeeded", "failed", "cancelled", "lost" or "skipped"
    json value{};
    Failure failure{};
  };
  struct Line {
    Level level = Level::info;
    std::string text{};
  };

  void intend(AttemptId, json intent, std::function<void()> proceed) override {
    change([&] {
      intents_.push_back(std::move(intent));
      if (holding_) held_.push_back(std::exchange(proceed, nullptr));
    });
    if (proceed) proceed();
  }
  void attached(AttemptId, json remote) override {
    change([&] { remotes_.push_back(std::move(remote)); });
  }
  void succeeded(AttemptId attempt, json value) override {
    change([&] { ends_.push_back({.attempt = attempt, .how = "succeeded", .value = std::move(value)}); });
  }
  void failed(AttemptId attempt, Failure failure) override {
    change([&] { ends_.push_back({.attempt = attempt, .how = "failed", .failure = std::move(failure)}); });
  }
  void cancelled(AttemptId attempt) override {
    change([&] { ends_.push_back({.attempt = attempt, .how = "cancelled"}); });
  }
  void lost(AttemptId attempt) override {
    change([&] { ends_.push_back({.attempt = attempt, .how = "lost"}); });
  }
  void skipped(AttemptId attempt, std::string reason) override {
    change([&] { ends_.push_back({.attempt = attempt, .how = "skipped", .value = json(reason)}); });
  }
  void log(AttemptId, Level level, std::string line) override {
    change([&] { lines_.push_back({level, std::move(line)}); });
  }

  /// From now on an intent is not answered before it is released.
  void hold_intents() {
    change([&] { holding_ = true; });
  }
  void release_intents() {
    std::vector<std::function<void()>> held;
    change([&] { held.swap(held_); });
    for (auto& proceed : held) proceed();
  }

  json wait_for_intent() {
    wait_until([&] { return !intents_.empty(); });
    return intents_.front();
  }

  /// The end of the only attempt there is.
  End wait_for_end() {
    wait_until([&] { return !ends_.empty(); });
    CHECK(ends_.size() == 1);
    return ends_.front();
  }
  End end_of(AttemptId attempt) {
    wait_until([&] { return count_of(attempt) > 0; });
    return *std::ranges::find(ends_, attempt, &End::attempt);
  }
  json value_of(AttemptId attempt) {
    auto end = end_of(attempt);
    if (end.how == "failed") FAIL("failed: " << end.failure.message);
    return end.value;
  }
  Failure failure_of(AttemptId attempt) {
    auto end = end_of(attempt);
    CHECK(end.how == "failed");
    return end.failure;
  }
  bool was_cancelled(AttemptId attempt) { return end_of(attempt).how == "cancelled"; }

  /// A line that contains `part`.
  void wait_for_log(const std::string& part) {
    wait_until([&] { return contains(part); });
  }

  /// Waits until a report, or something beside, makes `holds` true; a test that never gets there fails
  /// instead of hanging.
  void wait_until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      changed_.wait_for(lock, std::chrono::milliseconds(2));
    }
  }

  bool has_ended() const {
    std::scoped_lock lock(mutex_);
    return !ends_.empty();
  }
  std::size_t ends_of(AttemptId attempt) const {
    std::scoped_lock lock(mutex_);
    return count_of(attempt);
  }
  bool logged(const std::string& part) const {
    std::scoped_lock lock(mutex_);
    return contains(part);
  }
  std::vector<Line> lines() const {
    std::scoped_lock lock(mutex_);
    return lines_;
  }
  std::size_t intents() const {
    std::scoped_lock lock(mutex_);
    return intents_.size();
  }

  /// The only remote object that was reported.
  json remote() const {
    std::scoped_lock lock(mutex_);
    CHECK(remotes_.size() == 1);
    return remotes_.empty() ? json(nullptr) : remotes_.front();
  }

 private:
  void change(const std::function<void()>& what) {
    std::scoped_lock lock(mutex_);
    what();
    changed_.notify_all();
  }
  bool contains(const std::string& part) const {
    return std::ranges::any_of(lines_, [&](const Line& line) { return line.text.contains(part); });
  }
  std::size_t count_of(AttemptId attempt) const {
    return static_cast<std::size_t>(std::ranges::count(ends_, attempt, &End::attempt));
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool holding_ = false;
  std::vector<std::function<void()>> held_;
  std::vector<json> intents_;
  std::vector<json> remotes_;
  std::vector<End> ends_;
  std::vector<Line> lines_;
};

/// An attempt at task number `task`, for an executor that is started by hand.
inline Attempt attempt_of(std::uint32_t task, json inputs) {
  return {.id = {.run = 1, .task = task, .number = 1},
          .run_id = "018f-run",
          .run_name = "brave-otter",
          .flow = "tutorial",
          .task = "task_" + std::to_string(task),
          .token = "token-1",
          .inputs = std::move(inputs)};
}

}  // namespace weir::runtime::testing
