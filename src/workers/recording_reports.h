// Takes down what executors report, for their tests.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/executor.h"

namespace weir::workers::testing {

struct Cancelled {};
using End = std::variant<json, runtime::Failure, Cancelled>;

class RecordingReports final : public runtime::Reports {
 public:
  struct Line {
    runtime::Level level;
    std::string text;
  };

  void intend(runtime::AttemptId, json, std::function<void()> proceed) override { proceed(); }
  void attached(runtime::AttemptId, json) override {}
  void succeeded(runtime::AttemptId attempt, json value) override { end(attempt, std::move(value)); }
  void failed(runtime::AttemptId attempt, runtime::Failure failure) override {
    end(attempt, std::move(failure));
  }
  void cancelled(runtime::AttemptId attempt) override { end(attempt, Cancelled{}); }
  void log(runtime::AttemptId, runtime::Level level, std::string line) override {
    std::lock_guard lock(mutex_);
    lines_.push_back({level, std::move(line)});
    changed_.notify_all();
  }

  /// Waits until the attempt has ended.
  End end_of(runtime::AttemptId attempt) {
    std::unique_lock lock(mutex_);
    REQUIRE_MESSAGE(changed_.wait_for(lock, patience, [&] { return ends_.contains(attempt); }),
                    "the attempt does not end");
    return ends_.at(attempt).front();
  }

  json value_of(runtime::AttemptId attempt) {
    auto end = end_of(attempt);
    if (auto* failure = std::get_if<runtime::Failure>(&end)) FAIL("failed: " << failure->message);
    return std::get<json>(end);
  }

  runtime::Failure failure_of(runtime::AttemptId attempt) {
    return std::get<runtime::Failure>(end_of(attempt));
  }
  bool was_cancelled(runtime::AttemptId attempt) {
    return std::holds_alternative<Cancelled>(end_of(attempt));
  }

  void wait_for_line(std::string_view text) {
    std::unique_lock lock(mutex_);
    REQUIRE_MESSAGE(
        changed_.wait_for(
            lock, patience,
            [&] { return std::ranges::any_of(lines_, [&](const Line& line) { return line.text == text; }); }),
        "no such line: " << text);
  }

  std::vector<Line> lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

  std::size_t reports_about(runtime::AttemptId attempt) {
    std::lock_guard lock(mutex_);
    return ends_.contains(attempt) ? ends_.at(attempt).size() : 0;
  }

 private:
  static constexpr auto patience = std::chrono::seconds{30};

  void end(runtime::AttemptId attempt, End how) {
    std::lock_guard lock(mutex_);
    ends_[attempt].push_back(std::move(how));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<runtime::AttemptId, std::vector<End>> ends_;
  std::vector<Line> lines_;
};

inline runtime::Attempt attempt_of(std::uint32_t task, json inputs) {
  return {.id = {.run = 1, .task = task, .number = 1},
          .run_id = "018f-run",
          .run_name = "brave-otter",
          .flow = "tutorial",
          .task = "task_" + std::to_string(task),
          .token = "token-1",
          .inputs = std::move(inputs)};
}

}  // namespace weir::workers::testing
