// How many calls a workspace is asked to answer, in a second and at a time, over everything that is asked of it: a token
// bucket, a window, and a queue for each urgency where calls wait for both.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "loop/loop.h"

namespace weir::databricks {

enum class Urgency : std::uint8_t {
  act,    ///< starts or cancels something
  fetch,  ///< somebody waits for the answer: what a run has left behind, which job a name means
  look,   ///< how runs are
};

/// Tokens come at a steady rate and are kept for a burst.
class TokenBucket {
 public:
  using Tick = std::chrono::steady_clock::time_point;

  void set_rate(double per_second, double burst);
  double rate() const { return per_second_; }

  Duration wait(Tick now);  ///< until there is a token; zero: there is one
  void take() { tokens_ -= 1; }

  void hold_until(Tick at);  ///< none before that, and no burst at that time
  bool is_held(Tick now) const { return now < held_until_; }

 private:
  void refill(Tick now);

  double per_second_ = 1;
  double burst_ = 1;
  double tokens_ = 1;
  Tick filled_at_{};
  Tick held_until_{};
};

/// Loop thread only.
class CallBudget {
 public:
  explicit CallBudget(Loop& loop) : loop_(loop) {}
  ~CallBudget();
  CallBudget(const CallBudget&) = delete;

  void set_rate(double calls_per_second);
  double rate() const { return bucket_.rate(); }

  /// Runs `call` when its turn comes, now if nothing stands in the way. The more urgent go first, but one token in four
  /// is for the less urgent that wait: a thousand submissions must not hide the end of a run. A workspace that is slow
  /// gets no more than it can answer before calls time out: `answered` is owed for each.
  void spend(Urgency urgency, std::function<void()> call);
  void answered();

  /// Nothing leaves for so long: the workspace asked for it.
  void hold(Duration duration);
  bool is_held() const;

 private:
  std::function<void()> next();
  void serve();

  Loop& loop_;
  TokenBucket bucket_{};
  std::array<std::deque<std::function<void()>>, 3> waiting_{};
  std::size_t served_ = 0;
  std::size_t under_way_ = 0;
  bool is_serving_ = false;
  std::optional<Loop::TimerId> timer_{};
};

}  // namespace weir::databricks
