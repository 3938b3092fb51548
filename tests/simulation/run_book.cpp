#include "run_book.h"

#include <algorithm>
#include <array>

#include "contents.h"
#include "violation.h"

namespace weir::sim {

using Phase = TaskEntry::Phase;
using End = AttemptEntry::End;

namespace {

constexpr std::uint32_t worker_crashes_allowed = 3;

}  // namespace

std::string_view name_of(Phase phase) {
  constexpr auto names =
      std::to_array<std::string_view>({"waiting", "active", "expanded", "backing off", "succeeded", "failed",
                                       "upstream_failed", "skipped", "cancelled", "dropped"});
  return names[static_cast<std::size_t>(phase)];
}

void RunBook::write(const core::Event& event, Instant latest) {
  latest_ = latest;
  bool first = std::holds_alternative<core::RunStarted>(event.fact);
  demand(first != begun_, "a history begins with the start of its run, once");
  demand(!end_ || std::holds_alternative<core::RunReopened>(event.fact),
         "something happened to a run that had ended");
  std::visit([&](const auto& fact) { on(fact, event.at); }, event.fact);
  just_resumed_ = std::holds_alternative<core::RunResumed>(event.fact) ||
                  (just_resumed_ && std::holds_alternative<core::AttemptCrashed>(event.fact));
}

void RunBook::on(const core::RunStarted& fact, Instant at) {
  about_ = fact;
  started_ = at;
  begun_ = true;
}

void RunBook::on(const core::TaskAdded& fact, Instant) {
  const auto& spec = *fact.spec;
  demand(!cancelling_, "task '{}' was added after the cancel request", spec.key);
  StageEntry stage;
  stage.spec = spec;
  stage.external = fact.external;
  stage.head = static_cast<core::TaskIndex>(tasks_.size());
  for (const auto& upstream : spec.upstreams) {
    auto found = by_key_.find(upstream);
    demand(found != by_key_.end(), "task '{}' was added before '{}', which it waits for", spec.key, upstream);
    stage.upstreams.push_back({found->second, follows_elements(spec, found->second)});
  }
  auto index = static_cast<std::uint32_t>(stages_.size());
  demand(by_key_.emplace(spec.key, index).second, "task '{}' was added twice", spec.key);
  declared_.insert(spec.key);
  stages_.push_back(std::move(stage));
  tasks_.emplace_back().stage = index;
}

void RunBook::on(const core::GraphClosed& fact, Instant) {
  demand(!closed_, "a graph was closed twice");
  closed_ = is_closed_anew_ = true;
  body_failed_ = fact.error.has_value();
}

void RunBook::on(const core::StageExpanded& fact, Instant) {
  auto& head = task(fact.task);
  auto& stage = stages_[head.stage];
  const auto& name = stage.spec.key;
  demand(stage.spec.map && !head.element, "'{}' expanded and is not mapped", name);
  demand(head.phase == Phase::waiting && fate_of(head) == Fate::starts,
         "'{}' expanded before what it waits for had ended", name);
  auto count = elements_of(head);
  demand(count == fact.count, "'{}' expanded to {} elements instead of {}", name, fact.count,
         count.value_or(0));
  head.phase = Phase::expanded;
  stage.expanded = true;
  stage.first = static_cast<core::TaskIndex>(tasks_.size());
  stage.count = fact.count;
  TaskEntry element;
  element.stage = head.stage;
  for (std::uint32_t i = 0; i < fact.count; ++i) {
    element.element = i;
    tasks_.push_back(element);
  }
}

void RunBook::on(const core::StageEnded& fact, Instant) {
  auto& head = task(fact.task);
  const auto& stage = stages_[head.stage];
  const auto& name = stage.spec.key;
  if (fact.failure) {
    demand(head.phase == Phase::waiting && fate_of(head) == Fate::starts && !elements_of(head),
           "'{}' could not expand and should have", name);
    head.phase = Phase::failed;
    return;
  }
  demand(!stage.superseded, "'{}' ended as a whole while it was to start anew", name);
  demand(head.phase == Phase::expanded, "'{}' ended as a whole while it was {}", name, name_of(head.phase));
  for (std::uint32_t i = 0; i < stage.count; ++i) {
    demand(tasks_[stage.first + i].has_ended(), "'{}' ended before its element {}", name, i);
  }
  head.phase = expected_end(stage);
  demand(core::name_of(fact.state) == name_of(head.phase), "'{}' ended as {} instead of {}", name,
         core::name_of(fact.state), name_of(head.phase));
}

Phase RunBook::expected_end(const StageEntry& stage) const {
  auto has = [&](Phase phase) {
    return std::ranges::any_of(tasks_.begin() + stage.first, tasks_.begin() + stage.first + stage.count,
                               [phase](const TaskEntry& entry) { return entry.phase == phase; });
  };
  if (has(Phase::failed) || has(Phase::upstream_failed)) return Phase::failed;
  if (has(Phase::cancelled)) return Phase::cancelled;
  return has(Phase::skipped) && !has(Phase::succeeded) ? Phase::skipped : Phase::succeeded;
}

void RunBook::on(const core::AttemptStarted& fact, Instant at) {
  auto& entry = task(fact.task);
  auto name = key(entry);
  demand(!is_being_cancelled(entry), "attempt {} of '{}' started after the cancel request", fact.number,
         name);
  demand(!paused_ || cancelling_, "attempt {} of '{}' started while the run was paused", fact.number, name);
  demand(fact.number == entry.attempts.size() + 1, "attempt {} of '{}' followed attempt {}", fact.number,
         name, entry.attempts.size());
  demand(entry.phase != Phase::backing_off || latest_ >= entry.retry_at,
         "attempt {} of '{}' started before its retry was due", fact.number, name);
  demand(may_start(entry, latest_),
         "attempt {} of '{}', which was {}, started before what it waits for allows it", fact.number, name,
         name_of(entry.phase));
  bool first = entry.phase == Phase::waiting && entry.failures == 0;
  demand(!first || is_wanted(entry).value_or(true), "'{}' started though its condition does not hold", name);
  entry.phase = Phase::active;
  entry.attempts.emplace_back().started = at;
}

void RunBook::on(const core::AttemptIntended& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  auto name = key(task(fact.task));
  demand(stage_of(task(fact.task)).external, "an attempt of '{}', a local task, recorded an intent", name);
  demand(!is_being_cancelled(task(fact.task)),
         "an attempt of '{}' recorded its intent after the cancel request", name);
  demand(!is_superseded(task(fact.task)),
         "an attempt of '{}' recorded its intent after a change had superseded it", name);
  demand(attempt.intent.is_null(), "attempt {} of '{}' recorded a second intent", fact.number, name);
  attempt.intent = fact.intent;
}

void RunBook::on(const core::AttemptAttached& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  auto name = key(task(fact.task));
  demand(!attempt.intent.is_null(), "attempt {} of '{}' attached without an intent", fact.number, name);
  demand(attempt.remote.is_null() || attempt.remote == fact.remote,
         "attempt {} of '{}' attached to a second remote run", fact.number, name);
  attempt.remote = fact.remote;
}

void RunBook::on(const core::AttemptOverdue& fact, Instant at) {
  auto& attempt = live(fact.task, fact.number);
  auto name = key(task(fact.task));
  const auto& timeout = policy_of(task(fact.task)).timeout;
  demand(timeout && at >= attempt.started + *timeout,
         "attempt {} of '{}' was found late before its time was over", fact.number, name);
  demand(!attempt.overdue, "attempt {} of '{}' was found late twice", fact.number, name);
  attempt.overdue = true;
}

void RunBook::on(const core::AttemptSucceeded& fact, Instant) {
  ending(fact.task, fact.number).end = End::succeeded;
  task(fact.task).phase = Phase::succeeded;
  task(fact.task).value = content_of(fact.value);
  task(fact.task).file = file_of(fact.value);
}

void RunBook::on(const core::AttemptFailed& fact, Instant at) {
  auto& attempt = ending(fact.task, fact.number);
  auto& entry = task(fact.task);
  auto name = key(entry);
  const auto& retry = policy_of(entry).retry;
  using Why = core::Failure::Why;
  bool crashed = fact.failure.why == Why::crashed;
  demand(!crashed || entry.worker_crashes + 1 >= worker_crashes_allowed || is_being_cancelled(entry),
         "'{}' failed because its worker died for the {}. time", name, entry.worker_crashes + 1);
  bool late = fact.failure.why == Why::timeout;
  demand(!late || attempt.overdue, "attempt {} of '{}' timed out before its time was over", fact.number,
         name);
  attempt.end = late ? End::timed_out : End::failed;
  bool granted = !is_being_cancelled(entry) && retries(retry, fact.failure, entry.failures + 1);
  demand(granted == fact.retry_at.has_value(),
         "'{}' has {} retries, failed for the {}. time ({}), and the next attempt was {}", name, retry.count,
         entry.failures + 1, fact.failure.message, fact.retry_at ? "granted" : "refused");
  ++entry.failures;
  entry.worker_crashes = 0;
  if (fact.retry_at) {
    auto [shortest, longest] = retry_delays(retry, entry.failures);
    Duration delay = *fact.retry_at - at;
    demand(delay >= shortest && delay <= longest, "'{}' is tried again after {} us instead of {} to {}", name,
           delay.count(), shortest.count(), longest.count());
    entry.retry_at = *fact.retry_at;
  }
  entry.phase = fact.retry_at ? Phase::backing_off : Phase::failed;
}

void RunBook::on(const core::AttemptCrashed& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  auto& entry = task(fact.task);
  auto name = key(entry);
  if (fact.failure) {
    ++entry.worker_crashes;
    demand(entry.worker_crashes < worker_crashes_allowed, "'{}' lost its worker {} times and goes on", name,
           entry.worker_crashes);
    demand(!is_being_cancelled(entry), "'{}' goes on after the cancel request", name);
  } else {
    demand(!stage_of(entry).external, "attempt {} of '{}' lives elsewhere and cannot die with a process",
           fact.number, name);
    demand(just_resumed_, "attempt {} of '{}' crashed while its process lived", fact.number, name);
  }
  attempt.end = End::crashed;
  entry.phase = Phase::waiting;
  maybe_drained(entry.stage);
}

void RunBook::on(const core::AttemptSkipped& fact, Instant) {
  ending(fact.task, fact.number).end = End::skipped;
  task(fact.task).phase = Phase::skipped;
}

void RunBook::on(const core::AttemptCancelled& fact, Instant) {
  ending(fact.task, fact.number).end = End::cancelled;
  task(fact.task).phase = Phase::cancelled;
}

void RunBook::on(const core::TaskUpstreamFailed& fact, Instant) {
  auto& entry = task(fact.task);
  auto name = key(entry);
  demand(entry.phase == Phase::waiting, "'{}' gave up while it was {}", name, name_of(entry.phase));
  demand(fate_of(entry) == Fate::gives_up, "'{}' gave up, and what it waits for is no reason to", name);
  bool awaited = std::ranges::any_of(stage_of(entry).upstreams,
                                     [&](const auto& it) { return it.stage == task(fact.cause).stage; });
  demand(awaited, "'{}' gave up because of '{}', which it does not wait for", name, key(task(fact.cause)));
  entry.phase = Phase::upstream_failed;
}

void RunBook::on(const core::TaskSkipped& fact, Instant) {
  auto& entry = task(fact.task);
  auto name = key(entry);
  demand(entry.phase == Phase::waiting, "'{}' was skipped while it was {}", name, name_of(entry.phase));
  auto fate = fate_of(entry);
  bool unwanted = fate == Fate::starts && is_wanted(entry) == false;
  demand(fate == Fate::skipped || unwanted, "'{}' was skipped without a reason", name);
  entry.phase = Phase::skipped;
}

void RunBook::on(const core::TaskCached& fact, Instant) {
  auto& entry = task(fact.task);
  auto name = key(entry);
  const auto& cache = policy_of(entry).cache;
  demand(cache && !cache->refresh, "'{}' took a result from the cache, unasked", name);
  demand(entry.phase == Phase::waiting && may_start(entry, latest_),
         "'{}' took a result from the cache while it was {}", name, name_of(entry.phase));
  entry.phase = Phase::succeeded;
  entry.value = content_of(fact.value);
  entry.file = file_of(fact.value);
}

void RunBook::on(const core::TaskCancelled& fact, Instant) {
  for (core::TaskIndex index = fact.task; index < fact.task + fact.count; ++index) {
    auto& entry = task(index);
    demand(is_being_cancelled(entry), "'{}' was cancelled and nobody asked for it", key(entry));
    demand(entry.phase == Phase::waiting || entry.phase == Phase::backing_off,
           "'{}' was cancelled while it was {}", key(entry), name_of(entry.phase));
    entry.phase = Phase::cancelled;
  }
}

void RunBook::on(const core::CancelRequested& fact, Instant) {
  demand(!cancelling_, "a cancel request was recorded twice");
  bool by_time = fact.reason == core::CancelRequested::Reason::timeout;
  demand(!by_time || about_.timeout, "a run without a timeout timed out");
  cancelling_ = fact.reason;
}

void RunBook::on(const core::RunPaused&, Instant) {
  demand(!paused_, "a paused run was paused");
  paused_ = true;
}

void RunBook::on(const core::RunUnpaused&, Instant) {
  demand(paused_, "a run that was not paused was unpaused");
  paused_ = false;
}

void RunBook::on(const core::RunResumed& fact, Instant) {
  demand(!fact.open || !cancelling_, "the graph of a cancelled run was opened");
  if (fact.open) closed_ = body_failed_ = false;
  is_closed_anew_ = false;
  ++lives_;
  declared_.clear();
}

void RunBook::on(const core::RunReopened& fact, Instant) {
  demand(end_.has_value(), "a run was reopened that had not ended");
  end_.reset();
  cancelling_.reset();
  paused_ = false;
  body_failed_ = false;
  closed_ = !fact.open;
  is_closed_anew_ = false;
  ++times_reopened_;
  ++lives_;
  declared_.clear();
  for (auto index : fact.again)
    demand(task(index).has_ended(), "'{}' was reopened and had not ended", key(task(index)));
  for (auto index : fact.again) reopen(index);
}

void RunBook::on(const core::RunFinished& fact, Instant) {
  demand(closed_, "the run ended while its graph was open");
  for (const auto& entry : tasks_) {
    demand(entry.has_ended(), "the run ended while '{}' was {}", key(entry), name_of(entry.phase));
  }
  demand(fact.state == expected_end(), "the run ended as {} instead of {}", core::name_of(fact.state),
         core::name_of(expected_end()));
  end_ = fact.state;
}

core::RunState RunBook::expected_end() const {
  if (cancelling_ == core::CancelRequested::Reason::timeout) return core::RunState::failed;
  if (cancelling_) return core::RunState::cancelled;
  bool fine = !body_failed_ && std::ranges::all_of(tasks_, [this](const TaskEntry& entry) {
    bool well =
        entry.phase == Phase::succeeded || entry.phase == Phase::skipped || entry.phase == Phase::dropped;
    return well || policy_of(entry).may_fail;
  });
  return fine ? core::RunState::succeeded : core::RunState::failed;
}

TaskEntry& RunBook::task(core::TaskIndex index) {
  demand(index < tasks_.size(), "an event names task {} of {}", index, tasks_.size());
  return tasks_[index];
}

AttemptEntry& RunBook::live(core::TaskIndex index, std::uint32_t number) {
  auto& entry = task(index);
  bool is_live = entry.phase == Phase::active && entry.attempts.size() == number;
  demand(is_live, "something was recorded of attempt {} of '{}', which was {} in attempt {}", number,
         key(entry), name_of(entry.phase), entry.attempts.size());
  return entry.attempts.back();
}

/// An attempt whose end counts.
AttemptEntry& RunBook::ending(core::TaskIndex index, std::uint32_t number) {
  demand(!is_superseded(task(index)), "an end of '{}' counts though a change had made it pointless",
         key(task(index)));
  return live(index, number);
}

std::string RunBook::key(const TaskEntry& task) const {
  const auto& name = stage_of(task).spec.key;
  return task.element ? fmt::format("{}[{}]", name, *task.element) : name;
}

std::optional<core::TaskIndex> RunBook::index_of(const std::string& key) const {
  for (core::TaskIndex index = 0; index < tasks_.size(); ++index) {
    if (tasks_[index].phase != Phase::dropped && this->key(tasks_[index]) == key) return index;
  }
  return std::nullopt;
}

const AttemptEntry* RunBook::find(core::TaskIndex task, std::uint32_t number) const {
  if (task >= tasks_.size() || number == 0 || number > tasks_[task].attempts.size()) return nullptr;
  return &tasks_[task].attempts[number - 1];
}

std::string RunBook::unfinished() const {
  std::string list = closed_ ? "" : "the graph is open; ";
  if (paused_) list += "it is paused; ";
  for (const auto& entry : tasks_) {
    if (!entry.has_ended()) list += fmt::format("'{}' is {}; ", key(entry), name_of(entry.phase));
  }
  return list;
}

}  // namespace weir::sim
