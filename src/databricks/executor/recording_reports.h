// For tests: keeps what an executor reports and lets a test wait for it.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/executor.h"

namespace weir::databricks::testing {

class RecordingReports final : public runtime::Reports {
 public:
  struct End {
    std::string how{};  ///< "succeeded", "failed" or "cancelled"
    json value{};
    runtime::Failure failure{};
  };

  void intend(runtime::AttemptId, json intent, std::function<void()> proceed) override {
    {
      std::scoped_lock lock(mutex_);
      intents_.push_back(std::move(intent));
      if (holding_) held_.push_back(std::exchange(proceed, nullptr));
      changed_.notify_all();
    }
    if (proceed) proceed();
  }
  void attached(runtime::AttemptId, json remote) override {
    change([&] { remotes_.push_back(std::move(remote)); });
  }
  void succeeded(runtime::AttemptId, json value) override {
    change([&] { ends_.push_back({.how = "succeeded", .value = std::move(value)}); });
  }
  void failed(runtime::AttemptId, runtime::Failure failure) override {
    change([&] { ends_.push_back({.how = "failed", .failure = std::move(failure)}); });
  }
  void cancelled(runtime::AttemptId) override {
    change([&] { ends_.push_back({.how = "cancelled"}); });
  }
  void log(runtime::AttemptId, runtime::Level, std::string line) override {
    change([&] { lines_.push_back(std::move(line)); });
  }

  void hold_intents() { holding_ = true; }
  void release_intents() {
    std::vector<std::function<void()>> held;
    change([&] { held.swap(held_); });
    for (auto& proceed : held) proceed();
  }

  json wait_for_intent() {
    wait_until([&] { return !intents_.empty(); });
    return intents_.front();
  }
  End wait_for_end() {
    wait_until([&] { return !ends_.empty(); });
    CHECK(ends_.size() == 1);
    return ends_.front();
  }
  void wait_for_log(const std::string& part) {
    wait_until([&] { return contains(part); });
  }

  /// Waits until a report makes `holds` true; a test that never gets there fails instead of hanging.
  void wait_until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      changed_.wait_for(lock, std::chrono::milliseconds(2));
    }
  }

  bool has_ended() const {
    std::scoped_lock lock(mutex_);
    return !ends_.empty();
  }
  bool logged(const std::string& part) const {
    std::scoped_lock lock(mutex_);
    return contains(part);
  }
  std::size_t intents() const {
    std::scoped_lock lock(mutex_);
    return intents_.size();
  }
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
    return std::ranges::any_of(lines_, [&](const std::string& line) { return line.contains(part); });
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool holding_ = false;
  std::vector<std::function<void()>> held_;
  std::vector<json> intents_;
  std::vector<json> remotes_;
  std::vector<End> ends_;
  std::vector<std::string> lines_;
};

}  // namespace weir::databricks::testing
