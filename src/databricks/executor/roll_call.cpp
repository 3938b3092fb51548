#include "databricks/executor/roll_call.h"

#include <algorithm>
#include <set>
#include <vector>

#include "databricks/client/pages.h"
#include "databricks/client/requests.h"
#include "databricks/executor/session.h"

namespace weir::databricks {
namespace {

constexpr std::size_t runs_min = 30;   ///< fewer are asked for one by one
constexpr std::size_t wrong_min = 5;   ///< and a quarter of the runs: what may happen in one roll call
constexpr double share_of_rate = 0.6;  ///< the rest is for runs that have ended, and whatever else is asked
constexpr int share_of_time = 4;       ///< one part in so many
constexpr std::chrono::minutes retreat{10};  ///< before it is tried again where it was no good
constexpr auto longest = std::numeric_limits<std::int64_t>::max();
constexpr double trouble_growth = 2;

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

RollCall::RollCall(Session& session, Handed missed, Handed dismissed)
    : session_(session),
      missed_(std::move(missed)),
      dismissed_(std::move(dismissed)),
      trouble_pace_(session.timing().resend_first, session.timing().resend_max, trouble_growth, 1),
      needed_(runs_min) {}

RollCall::~RollCall() {
  if (timer_) session_.loop().cancel_timer(*timer_);
}

bool RollCall::is_worth_it(std::size_t runs) const {
  return runs >= needed_ || (runs >= runs_min && now() >= try_again_);
}

bool RollCall::join(WatchedRun& run) {
  if (!by_id_.emplace(run.run_id_, &run).second) return false;
  members_.emplace(Key{run.started_ms_, run.run_id_}, &run);
  run.place_ = WatchedRun::Place::on_the_roll;
  run.called_ = number_;  // the roll call under way may be past it
  if (!is_under_way_ && !timer_) begin_at(std::max(now(), began_ + session_.poll_max()));
  return true;
}

void RollCall::leave(WatchedRun& run) {
  by_id_.erase(run.run_id_);
  members_.erase({run.started_ms_, run.run_id_});
  run.place_ = WatchedRun::Place::nowhere;
}

void RollCall::started(WatchedRun& run, std::int64_t started_ms) {
  if (run.started_ms_ == started_ms) return;
  members_.erase({run.started_ms_, run.run_id_});
  run.started_ms_ = started_ms;
  members_.emplace(Key{started_ms, run.run_id_}, &run);
}

void RollCall::after(Duration delay, void (RollCall::*what)()) {
  timer_ = session_.loop().after(std::max(Duration{0}, delay), [this, what] {
    timer_.reset();
    (this->*what)();
  });
}

void RollCall::begin_at(Tick when) { after(std::chrono::ceil<Duration>(when - now()), &RollCall::begin); }

void RollCall::begin() {
  judge_order();
  if (members_.empty()) return;
  is_under_way_ = true;
  ++number_;
  pages_ = 0;
  page_token_.clear();
  down_to_ms_ = longest;
  began_ = now();
  ask();
}

void RollCall::ask() {
  asked_ = now();
  session_.call(
      requests::runs({{"active_only", true}, {"expand_tasks", false}}, page_token_),
      [this](Answer answer) { on_page(std::move(answer)); }, Urgency::look);
}

void RollCall::on_page(Answer answer) {
  if (!answer) return on_trouble(answer.error());
  trouble_pace_.restart();
  ++pages_;
  auto oldest = call_out(*answer);
  auto token = next_page_token(*answer);
  if (!token || members_.empty()) return finish();
  if (is_ordered_) miss_down_to(oldest);
  if (pages_ > members_.size()) return give_up(2 * pages_);
  page_token_ = *token;
  after(std::chrono::ceil<Duration>(asked_ + apart() - now()), &RollCall::ask);
}

/// A workspace on this machine shares it with what it runs: listing takes a quarter of its time at most.
std::chrono::duration<double> RollCall::apart() const {
  std::chrono::duration<double> apart(1 / (share_of_rate * session_.rate()));
  return session_.is_local()
             ? std::max<std::chrono::duration<double>>(apart, share_of_time * (now() - asked_))
             : apart;
}

/// Answers when the last run of the page started.
std::int64_t RollCall::call_out(const json& page) {
  auto oldest = longest;
  const json* runs = find(page, "runs");
  for (const auto& run : runs && runs->is_array() ? runs->get_array() : JsonArray{}) {
    oldest = int_or(run, "start_time", longest);
    auto found = by_id_.find(int_or(run, "run_id", 0));
    if (found == by_id_.end()) continue;
    found->second->called_ = number_;
    found->second->listed(run);
  }
  return oldest;
}

void RollCall::miss_down_to(std::int64_t started_ms) {
  std::vector<WatchedRun*> missed;
  auto at = members_.lower_bound({down_to_ms_, longest});
  for (; at != members_.end() && at->first.first > started_ms; ++at) {
    if (at->second->called_ != number_) missed.push_back(at->second);
  }
  down_to_ms_ = std::min(down_to_ms_, started_ms);
  for (WatchedRun* run : missed) {
    leave(*run);
    run->is_missed_ = true;
    missed_(*run);
  }
}

void RollCall::finish() {
  miss_down_to(-1);
  is_under_way_ = false;
  needed_ = std::max(runs_min, pages_);
  if (!members_.empty()) begin_at(began_ + session_.poll_max());
}

/// Some runs are missed because they started while the list was read; many, because it is in another order.
void RollCall::judge_order() {
  auto wrong = std::exchange(wrong_, 0);
  if (wrong <= wrong_min + (members_.size() + wrong) / 4) return;
  if (is_ordered_)
    is_ordered_ = false;
  else
    give_up(longest);
}

void RollCall::on_trouble(const CallError& error) {
  bool locked_out = error.credential_refused;
  bool page_is_gone = error.has_answer() && !error.is_transient() && !page_token_.empty();
  if (!error.is_transient() && !locked_out && !page_is_gone) return give_up(longest);
  tell(error);
  auto delay = std::max(trouble_pace_.next(), error.retry_after.value_or(Duration{0}));
  after(delay, page_is_gone && !locked_out ? &RollCall::begin : &RollCall::ask);
}

void RollCall::tell(const CallError& error) {
  std::map<std::uint32_t, std::pair<WatchedRun*, std::size_t>> flow_runs;
  for (const auto& [key, run] : members_) {
    auto& [first, count] = flow_runs.try_emplace(run->flow_run(), run, 0).first->second;
    ++count;
  }
  for (const auto& [id, told] : flow_runs) told.first->out_of_reach(error, told.second);
}

/// Everybody is asked for alone until there are more runs, or for a while.
void RollCall::give_up(std::size_t needed) {
  is_under_way_ = false;
  needed_ = needed;
  try_again_ = now() + retreat;
  auto everybody = std::exchange(members_, {});
  by_id_.clear();
  for (const auto& [key, run] : everybody) {
    run->place_ = WatchedRun::Place::nowhere;
    dismissed_(*run);
  }
}

}  // namespace weir::databricks
