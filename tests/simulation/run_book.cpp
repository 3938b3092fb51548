#include "run_book.h"

#include <algorithm>
#include <array>

#include "violation.h"

namespace weir::sim {

using Phase = TaskEntry::Phase;
using End = AttemptEntry::End;

std::string_view name_of(Phase phase) {
  constexpr auto names = std::to_array<std::string_view>(
      {"waiting", "active", "backing off", "succeeded", "failed", "upstream_failed", "skipped", "cancelled"});
  return names[static_cast<std::size_t>(phase)];
}

void RunBook::write(const core::Event& event) {
  bool first = std::holds_alternative<core::RunStarted>(event.fact);
  demand(first != begun_, "a history begins with the start of its run, once");
  demand(!end_, "something happened to a run that had ended");
  std::visit([&](const auto& fact) { on(fact, event.at); }, event.fact);
  just_resumed_ = std::holds_alternative<core::RunResumed>(event.fact) ||
                  (just_resumed_ && std::holds_alternative<core::AttemptCrashed>(event.fact));
}

void RunBook::on(const core::RunStarted& fact, Instant) {
  about_ = fact;
  begun_ = true;
}

void RunBook::on(const core::TaskAdded& fact, Instant) {
  const auto& key = fact.spec->key;
  demand(!closed_, "task '{}' was added to a closed graph", key);
  bool is_new = by_key_.emplace(key, static_cast<core::TaskIndex>(tasks_.size())).second;
  demand(is_new, "task '{}' was added twice", key);
  for (const auto& upstream : fact.spec->upstreams) {
    demand(upstream != key && by_key_.contains(upstream),
           "task '{}' was added before '{}', which it waits for", key, upstream);
  }
  TaskEntry entry;
  entry.spec = *fact.spec;
  entry.external = fact.external;
  tasks_.push_back(std::move(entry));
}

void RunBook::on(const core::GraphClosed& fact, Instant) {
  demand(!closed_, "a graph was closed twice");
  closed_ = true;
  body_failed_ = fact.error.has_value();
}

void RunBook::on(const core::AttemptStarted& fact, Instant at) {
  auto& entry = task(fact.task);
  const auto& key = entry.spec.key;
  demand(!cancelling_, "attempt {} of '{}' started after the cancel request", fact.number, key);
  demand(entry.phase == Phase::waiting || entry.phase == Phase::backing_off,
         "attempt {} of '{}' started while the task was {}", fact.number, key, name_of(entry.phase));
  demand(fact.number == entry.attempts.size() + 1, "attempt {} of '{}' followed attempt {}", fact.number, key,
         entry.attempts.size());
  demand(entry.phase != Phase::backing_off || at >= entry.retry_at,
         "attempt {} of '{}' started before its retry was due", fact.number, key);
  for (const auto& upstream : entry.spec.upstreams) {
    const auto* awaited = find(upstream);
    demand(awaited->phase == Phase::succeeded,
           "attempt {} of '{}' started while '{}', which it waits for, was {}", fact.number, key, upstream,
           name_of(awaited->phase));
  }
  entry.phase = Phase::active;
  AttemptEntry attempt;
  attempt.started = at;
  entry.attempts.push_back(std::move(attempt));
}

void RunBook::on(const core::AttemptIntended& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  demand(task(fact.task).external, "an attempt of a local task recorded an intent");
  demand(!cancelling_, "an attempt of '{}' recorded its intent after the cancel request",
         task(fact.task).spec.key);
  demand(attempt.intent.is_null(), "attempt {} of '{}' recorded a second intent", fact.number,
         task(fact.task).spec.key);
  attempt.intent = fact.intent;
}

void RunBook::on(const core::AttemptAttached& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  const auto& key = task(fact.task).spec.key;
  demand(!attempt.intent.is_null(), "attempt {} of '{}' attached without an intent", fact.number, key);
  demand(attempt.remote.is_null() || attempt.remote == fact.remote,
         "attempt {} of '{}' attached to a second remote run", fact.number, key);
  attempt.remote = fact.remote;
}

void RunBook::on(const core::AttemptOverdue& fact, Instant) { live(fact.task, fact.number); }

void RunBook::on(const core::AttemptSucceeded& fact, Instant) {
  live(fact.task, fact.number).end = End::succeeded;
  task(fact.task).phase = Phase::succeeded;
  task(fact.task).value = fact.value;
}

void RunBook::on(const core::AttemptFailed& fact, Instant at) {
  auto& attempt = live(fact.task, fact.number);
  auto& entry = task(fact.task);
  const auto& key = entry.spec.key;
  const auto& policy = entry.spec.policy;
  bool late = fact.failure.why == core::Failure::Why::timeout;
  attempt.end = late ? End::timed_out : End::failed;
  bool granted = fact.failure.retryable && !cancelling_ && entry.failures < policy.retry.count;
  demand(granted == fact.retry_at.has_value(),
         "'{}' has {} retries, failed for the {}. time, and the next attempt {}", key, policy.retry.count,
         entry.failures + 1, fact.retry_at ? "was granted" : "was refused");
  if (fact.retry_at) {
    demand(*fact.retry_at == at + (policy.retry.delays.empty() ? Duration{0} : policy.retry.delays.front()),
           "the retry of '{}' is due at the wrong time", key);
    entry.retry_at = *fact.retry_at;
  }
  ++entry.failures;
  entry.phase = fact.retry_at ? Phase::backing_off : Phase::failed;
}

void RunBook::on(const core::AttemptCrashed& fact, Instant) {
  auto& attempt = live(fact.task, fact.number);
  const auto& key = task(fact.task).spec.key;
  demand(!task(fact.task).external, "attempt {} of '{}' lives elsewhere and cannot die with a process",
         fact.number, key);
  demand(just_resumed_, "attempt {} of '{}' crashed while its process lived", fact.number, key);
  attempt.end = End::crashed;
  task(fact.task).phase = Phase::waiting;
}

void RunBook::on(const core::AttemptCancelled& fact, Instant) {
  demand(cancelling_, "attempt {} of '{}' was cancelled and nobody asked for it", fact.number,
         task(fact.task).spec.key);
  live(fact.task, fact.number).end = End::cancelled;
  task(fact.task).phase = Phase::cancelled;
}

void RunBook::on(const core::TaskUpstreamFailed& fact, Instant) {
  auto& entry = task(fact.task);
  const auto& cause = task(fact.cause);
  demand(entry.phase == Phase::waiting, "'{}' gave up while it was {}", entry.spec.key, name_of(entry.phase));
  demand(std::ranges::find(entry.spec.upstreams, cause.spec.key) != entry.spec.upstreams.end(),
         "'{}' gave up because of '{}', which it does not wait for", entry.spec.key, cause.spec.key);
  demand(cause.has_ended() && cause.phase != Phase::succeeded, "'{}' gave up because of '{}', which was {}",
         entry.spec.key, cause.spec.key, name_of(cause.phase));
  entry.phase = Phase::upstream_failed;
}

void RunBook::on(const core::TaskCancelled& fact, Instant) {
  for (core::TaskIndex index = fact.task; index < fact.task + fact.count; ++index) cancel(task(index));
}

void RunBook::cancel(TaskEntry& entry) {
  demand(cancelling_, "'{}' was cancelled and nobody asked for it", entry.spec.key);
  demand(entry.phase == Phase::waiting || entry.phase == Phase::backing_off,
         "'{}' was cancelled while it was {}", entry.spec.key, name_of(entry.phase));
  entry.phase = Phase::cancelled;
}

void RunBook::on(const core::CancelRequested&, Instant) {
  demand(!cancelling_, "a cancel request was recorded twice");
  cancelling_ = true;
}

void RunBook::on(const core::RunResumed&, Instant) {}

void RunBook::on(const core::RunFinished& fact, Instant) {
  demand(closed_, "the run ended while its graph was open");
  for (const auto& entry : tasks_) {
    demand(entry.has_ended(), "the run ended while '{}' was {}", entry.spec.key, name_of(entry.phase));
  }
  demand(fact.state == expected_end(), "the run ended as {} instead of {}", core::name_of(fact.state),
         core::name_of(expected_end()));
  end_ = fact.state;
}

core::RunState RunBook::expected_end() const {
  if (cancelling_) return core::RunState::cancelled;
  bool fine = !body_failed_ && std::ranges::all_of(tasks_, [](const TaskEntry& entry) {
    return entry.phase == Phase::succeeded || entry.phase == Phase::skipped;
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
         entry.spec.key, name_of(entry.phase), entry.attempts.size());
  return entry.attempts.back();
}

const TaskEntry* RunBook::find(const std::string& key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &tasks_[found->second];
}

const AttemptEntry* RunBook::find(const std::string& key, std::uint32_t number) const {
  const auto* entry = find(key);
  return entry && number >= 1 && number <= entry->attempts.size() ? &entry->attempts[number - 1] : nullptr;
}

std::string RunBook::unfinished() const {
  std::string list = closed_ ? "" : "the graph is open; ";
  for (const auto& entry : tasks_) {
    if (!entry.has_ended()) list += fmt::format("'{}' is {}; ", entry.spec.key, name_of(entry.phase));
  }
  return list;
}

}  // namespace weir::sim
