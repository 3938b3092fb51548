// The loop and the clock of one simulated process, both on virtual time.
#pragma once

#include <algorithm>

#include "base/check.h"
#include "loop/loop.h"
#include "seeded_random.h"
#include "timeline.h"

namespace weir::sim {

/// Posted work runs in order, sometimes late, so that several messages meet in one turn.
class SimLoop final : public Loop {
 public:
  SimLoop(Timeline& timeline, Timeline::Owner owner, SeededRandom lag)
      : timeline_(timeline), owner_(owner), lag_(lag) {}

  void post(std::function<void()> work) override {
    Duration lag = lag_.chance(0.3) ? lag_.between(Duration{0}, Duration{30'000}) : Duration{0};
    last_post_ = std::max(last_post_, timeline_.now() + lag);
    timeline_.at(last_post_, owner_, std::move(work));
  }
  TimerId after(Duration delay, std::function<void()> work) override {
    return timeline_.after(std::max(delay, Duration{0}), owner_, std::move(work));
  }
  void cancel_timer(TimerId timer) override { timeline_.cancel(timer); }

  WatchId watch_readable(int, std::function<void()>) override { return nothing_here(); }
  WatchId watch_writable(int, std::function<void()>) override { return nothing_here(); }
  void unwatch(WatchId) override { nothing_here(); }
  void run() override { nothing_here(); }
  void stop() override { nothing_here(); }

 private:
  static WatchId nothing_here() { WEIR_CHECK(false, "the world turns this loop, and it has no descriptors"); }

  Timeline& timeline_;
  Timeline::Owner owner_;
  SeededRandom lag_;
  Duration last_post_{0};
};

/// Wall-clock time: virtual time, and the jumps an operator or a time service makes.
class SimClock final : public Clock {
 public:
  explicit SimClock(const Timeline& timeline) : timeline_(timeline) {}
  Instant now() const override { return beginning + timeline_.now() + offset_; }
  Instant latest() const { return std::max(latest_, now()); }  ///< it has ever shown
  void jump(Duration by) {
    latest_ = latest();
    offset_ += by;
  }

 private:
  static constexpr Instant beginning{Duration{1'700'000'000'000'000}};
  const Timeline& timeline_;
  Duration offset_{0};
  Instant latest_{};
};

}  // namespace weir::sim
