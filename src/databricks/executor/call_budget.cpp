#include "databricks/executor/call_budget.h"

#include <algorithm>
#include <utility>

namespace weir::databricks {
namespace {

constexpr double burst_seconds = 2;
constexpr std::size_t under_way_max = 64;
constexpr std::size_t fair_turn =
    4;  ///< every so many tokens a less urgent call goes first, of either kind in turn

TokenBucket::Tick now() { return std::chrono::steady_clock::now(); }

Duration to_duration(std::chrono::duration<double> seconds) { return std::chrono::ceil<Duration>(seconds); }

}  // namespace

void TokenBucket::set_rate(double per_second, double burst) {
  per_second_ = per_second;
  burst_ = std::max(1.0, burst);
  tokens_ = burst_;
}

void TokenBucket::refill(Tick now) {
  std::chrono::duration<double> passed = now - filled_at_;
  tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
  filled_at_ = now;
}

Duration TokenBucket::wait(Tick now) {
  if (now < held_until_) return to_duration(held_until_ - now);
  refill(now);
  if (tokens_ >= 1) return Duration{0};
  return to_duration(std::chrono::duration<double>((1 - tokens_) / per_second_));
}

void TokenBucket::hold_until(Tick at) {
  if (at <= held_until_) return;
  held_until_ = filled_at_ = at;
  tokens_ = 1;
}

CallBudget::~CallBudget() {
  if (timer_) loop_.cancel_timer(*timer_);
}

void CallBudget::set_rate(double calls_per_second) {
  bucket_.set_rate(calls_per_second, calls_per_second * burst_seconds);
}

void CallBudget::spend(Urgency urgency, std::function<void()> call) {
  waiting_[static_cast<std::size_t>(urgency)].push_back(std::move(call));
  if (!timer_ && !is_serving_) serve();
}

void CallBudget::answered() {
  --under_way_;
  if (!timer_ && !is_serving_) serve();
}

bool CallBudget::is_held() const { return bucket_.is_held(now()); }

void CallBudget::hold(Duration duration) { bucket_.hold_until(now() + duration); }

std::function<void()> CallBudget::next() {
  std::size_t first = ++served_ % fair_turn == 0 ? 1 + served_ / fair_turn % 2 : 0;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    auto& queue = waiting_[(first + i) % waiting_.size()];
    if (queue.empty()) continue;
    auto call = std::move(queue.front());
    queue.pop_front();
    return call;
  }
  return nullptr;
}

void CallBudget::serve() {
  timer_.reset();
  is_serving_ = true;
  auto some_wait = [this] {
    return std::ranges::any_of(waiting_, [](const auto& queue) { return !queue.empty(); });
  };
  while (under_way_ < under_way_max && some_wait()) {
    if (auto wait = bucket_.wait(now()); wait > Duration{0}) {
      timer_ = loop_.after(wait, [this] { serve(); });
      break;
    }
    bucket_.take();
    ++under_way_;
    next()();
  }
  is_serving_ = false;
}

}  // namespace weir::databricks
