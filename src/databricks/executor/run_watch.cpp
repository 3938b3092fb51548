#include "databricks/executor/run_watch.h"

#include <algorithm>

#include "databricks/executor/session.h"

namespace weir::databricks {
namespace {

constexpr double share_of_rate = 0.75;       ///< what runs on their own may use
constexpr double share_beside_a_roll = 0.2;  ///< … when most are looked at together

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

RunWatch::RunWatch(Session& session)
    : session_(session),
      roll_(
          session, [this](WatchedRun& run) { ask(run, Urgency::fetch); },
          [this](WatchedRun& run) { look_later(run, interval_of(run)); }) {}

RunWatch::~RunWatch() {
  if (timer_) session_.loop().cancel_timer(*timer_);
}

double RunWatch::calls_per_second() const {
  return session_.rate() * (roll_.size() > 0 ? share_beside_a_roll : share_of_rate);
}

/// So many runs on their own that none of them can be asked for as often as the slowest should be.
bool RunWatch::is_crowded() const {
  auto most = std::chrono::duration<double>(session_.poll_max()).count();
  return static_cast<double>(alone()) >= calls_per_second() * most;
}

bool RunWatch::is_for_roll(const WatchedRun& run) const {
  bool is_rare = run.pace_.is_slowest() || run.is_missed_ || is_crowded();
  return is_rare && roll_.is_worth_it(alone() + roll_.size());
}

Duration RunWatch::interval_of(WatchedRun& run) const {
  std::chrono::duration<double> fair(static_cast<double>(alone()) / calls_per_second());
  return std::max(run.pace_.next(), std::chrono::duration_cast<Duration>(fair));
}

bool RunWatch::enter(WatchedRun& run, std::int64_t run_id, std::uint64_t seed) {
  take_out(run);
  run.run_id_ = run_id;
  run.pace_ = session_.poll_pace(seed);
  if (is_crowded() && is_for_roll(run) && roll_.join(run)) return false;
  ask(run, Urgency::look);
  return true;
}

void RunWatch::goes_on(WatchedRun& run, std::int64_t started_ms) {
  if (run.place_ == Place::on_the_roll) return roll_.started(run, started_ms);
  run.started_ms_ = started_ms;
  if (run.place_ != Place::asked) return;
  auto interval = interval_of(run);
  take_out(run);
  bool on_the_roll = is_for_roll(run) && roll_.join(run);
  if (std::exchange(run.is_missed_, false)) roll_.was_wrong();
  if (!on_the_roll) look_later(run, interval);
}

void RunWatch::failed(WatchedRun& run, Duration at_least) {
  if (run.place_ != Place::asked) return;
  run.is_missed_ = false;
  auto interval = interval_of(run);
  take_out(run);
  look_later(run, std::max(interval, at_least));
}

void RunWatch::hurry(WatchedRun& run) {
  run.pace_.restart();
  if (run.place_ == Place::asked || run.place_ == Place::nowhere) return;
  take_out(run);
  look_later(run, interval_of(run));
}

void RunWatch::leave(WatchedRun& run) { take_out(run); }

void RunWatch::take_out(WatchedRun& run) {
  switch (std::exchange(run.place_, Place::nowhere)) {
    case Place::alone:
      due_.erase({run.due_, &run});
      return;
    case Place::asked:
      --asked_;
      return;
    case Place::on_the_roll:
      return roll_.leave(run);
    case Place::nowhere:
      return;
  }
}

void RunWatch::ask(WatchedRun& run, Urgency urgency) {
  run.place_ = Place::asked;
  ++asked_;
  run.look(urgency);
}

void RunWatch::look_later(WatchedRun& run, Duration delay) {
  run.place_ = Place::alone;
  run.due_ = now() + delay;
  due_.emplace(run.due_, &run);
  if (due_.begin()->second == &run) set_timer();
}

void RunWatch::set_timer() {
  if (timer_) session_.loop().cancel_timer(*timer_);
  timer_.reset();
  if (due_.empty()) return;
  auto delay = std::max(Duration{0}, std::chrono::ceil<Duration>(due_.begin()->first - now()));
  timer_ = session_.loop().after(delay, [this] {
    timer_.reset();
    look_at_due();
  });
}

void RunWatch::look_at_due() {
  auto until = now();
  while (!due_.empty() && due_.begin()->first <= until) {
    auto& run = *due_.begin()->second;
    take_out(run);
    ask(run, Urgency::look);
  }
  set_timer();
}

}  // namespace weir::databricks
