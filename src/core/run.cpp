#include "core/run.h"

#include <array>

#include "base/check.h"

namespace weir::core {

namespace {

using enum TaskState;

struct Transition {
  TaskState from;
  Step on;
  TaskState to;
};

// The state machine of a task run. Whatever is not listed is impossible; terminal states have no line.
constexpr auto transitions = std::to_array<Transition>({
    // from     on              to
    {pending, Step::start, running},
    {pending, Step::give_up, upstream_failed},
    {pending, Step::cancel, cancelled},
    {running, Step::succeed, succeeded},
    {running, Step::back_off, retrying},
    {running, Step::fail, failed},
    {running, Step::crash, pending},
    {running, Step::cancel, cancelled},
    {retrying, Step::start, running},
    {retrying, Step::cancel, cancelled},
});

template <class Map>
auto* find_in(Map& map, TaskIndex task) {
  auto found = map.find(task);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

void Run::apply(const Event& event) {
  WEIR_CHECK(!is_terminal(state_), "nothing happens to a finished run");
  std::visit([&](const auto& fact) { on(fact, event.at); }, event.fact);
  drop_settled();
}

void Run::on(const RunStarted& fact, Instant at) {
  about_ = fact;
  started_ = at;
}

void Run::on(const TaskAdded& fact, Instant) {
  auto task = static_cast<TaskIndex>(specs_.size());
  bool is_new = by_key_.emplace(fact.spec.key, task).second;
  WEIR_CHECK(is_new, "task keys are unique in a run");
  specs_.push_back(fact.spec);
  states_.push_back(pending);
  attempts_.push_back(0);
  failures_.push_back(0);
  waiting_.push_back(0);
  external_.push_back(fact.external);
  downstreams_.emplace_back();
  auto& upstreams = upstreams_.emplace_back();
  ++unfinished_;
  for (const auto& key : fact.spec.upstreams) {
    auto upstream = index_of(key);
    WEIR_CHECK(upstream, "a task is added after the tasks it waits for");
    upstreams.push_back(*upstream);
    if (states_[*upstream] == succeeded) continue;
    ++waiting_[task];
    if (is_terminal(states_[*upstream])) {
      doomed_.emplace_back(task, *upstream);
    } else {
      downstreams_[*upstream].push_back(task);
    }
  }
  if (waiting_[task] == 0) ready_.push_back(task);
}

void Run::on(const GraphClosed& fact, Instant) {
  closed_ = true;
  body_error_ = fact.error;
}

void Run::on(const AttemptStarted& fact, Instant at) {
  move(fact.task, Step::start);
  attempts_[fact.task] = fact.number;
  retry_due_.erase(fact.task);
  live_[fact.task] = LiveAttempt{fact.number, at, fact.inputs, nullptr, nullptr};
  times_.try_emplace(fact.task, Times{at, at});
}

void Run::on(const AttemptIntended& fact, Instant) { live_.at(fact.task).intent = fact.intent; }

void Run::on(const AttemptAttached& fact, Instant) {
  live_.at(fact.task).remote = fact.remote;
  remotes_[fact.task] = fact.remote;
}

void Run::on(const AttemptSucceeded& fact, Instant at) {
  move(fact.task, Step::succeed);
  end_attempt(fact.task, at);
  values_[fact.task] = fact.value;
  finish(fact.task);
}

void Run::on(const AttemptFailed& fact, Instant at) {
  move(fact.task, fact.retry_at ? Step::back_off : Step::fail);
  end_attempt(fact.task, at);
  ++failures_[fact.task];
  last_failure_[fact.task] = fact.failure;
  if (fact.retry_at) {
    retry_due_[fact.task] = *fact.retry_at;
  } else {
    finish(fact.task);
  }
}

void Run::on(const AttemptCrashed& fact, Instant at) {
  move(fact.task, Step::crash);
  end_attempt(fact.task, at);
  ready_.push_back(fact.task);
}

void Run::on(const AttemptCancelled& fact, Instant at) {
  move(fact.task, Step::cancel);
  end_attempt(fact.task, at);
  finish(fact.task);
}

void Run::on(const TaskUpstreamFailed& fact, Instant) {
  move(fact.task, Step::give_up);
  finish(fact.task);
}

void Run::on(const TaskCancelled& fact, Instant) {
  move(fact.task, Step::cancel);
  retry_due_.erase(fact.task);
  finish(fact.task);
}

void Run::on(const CancelRequested&, Instant) { cancelling_ = true; }

void Run::on(const RunResumed&, Instant) {}

void Run::on(const RunFinished& fact, Instant at) {
  WEIR_CHECK(unfinished_ == 0, "a run ends after its tasks");
  state_ = fact.state;
  finished_ = at;
}

void Run::move(TaskIndex task, Step step) {
  WEIR_CHECK(task < states_.size(), "events name tasks that were added");
  for (const auto& transition : transitions) {
    if (transition.from != states_[task] || transition.on != step) continue;
    states_[task] = transition.to;
    return;
  }
  WEIR_CHECK(false, "the state machine allows this transition");
}

void Run::end_attempt(TaskIndex task, Instant at) {
  live_.erase(task);
  times_.at(task).end = at;
}

/// The task has ended: those that wait for it learn about it. Costs its out-degree, whatever else is blocked.
void Run::finish(TaskIndex task) {
  --unfinished_;
  for (TaskIndex downstream : downstreams_[task]) notice(downstream, task);
  downstreams_[task].clear();
}

void Run::notice(TaskIndex task, TaskIndex upstream) {
  if (states_[task] != pending) return;
  if (states_[upstream] != succeeded) {
    doomed_.emplace_back(task, upstream);
  } else if (--waiting_[task] == 0) {
    ready_.push_back(task);
  }
}

void Run::drop_settled() {
  while (!ready_.empty() && states_[ready_.front()] != pending) ready_.pop_front();
  while (!doomed_.empty() && states_[doomed_.front().first] != pending) doomed_.pop_front();
}

std::optional<TaskIndex> Run::index_of(std::string_view key) const {
  auto found = by_key_.find(std::string(key));
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

const LiveAttempt* Run::live(TaskIndex task) const { return find_in(live_, task); }
const json* Run::value(TaskIndex task) const { return find_in(values_, task); }
const Failure* Run::failure(TaskIndex task) const { return find_in(last_failure_, task); }
const json* Run::remote(TaskIndex task) const { return find_in(remotes_, task); }

std::optional<Instant> Run::task_started(TaskIndex task) const {
  const auto* times = find_in(times_, task);
  return times ? std::optional(times->first_start) : std::nullopt;
}

std::optional<Instant> Run::task_ended(TaskIndex task) const {
  const auto* times = find_in(times_, task);
  return times && is_terminal(states_[task]) ? std::optional(times->end) : std::nullopt;
}

std::optional<Instant> Run::retry_due(TaskIndex task) const {
  const auto* due = find_in(retry_due_, task);
  return due ? std::optional(*due) : std::nullopt;
}

std::optional<TaskIndex> Run::next_ready() const {
  return ready_.empty() ? std::nullopt : std::optional(ready_.front());
}

std::optional<std::pair<TaskIndex, TaskIndex>> Run::next_doomed() const {
  return doomed_.empty() ? std::nullopt : std::optional(doomed_.front());
}

Run replay(std::span<const Event> history) {
  Run run;
  for (const auto& event : history) run.apply(event);
  return run;
}

}  // namespace weir::core
