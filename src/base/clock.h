// Time as a parameter. Core code is handed an Instant; the shell asks a Clock; only SystemClock reads the
// machine's clock.
#pragma once

#include <atomic>
#include <chrono>

namespace weir {

/// Wall-clock time in UTC, microseconds since 1970: what histories record.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

/// A clock that moves when it is told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = Instant{}) : micros_(start.time_since_epoch().count()) {}
  Instant now() const override { return Instant{Duration{micros_.load()}}; }
  void advance(Duration by) { micros_ += by.count(); }

 private:
  std::atomic<Duration::rep> micros_;
};

inline std::int64_t to_millis(Instant at) {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

}  // namespace weir
