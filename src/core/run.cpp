#include "core/run.h"

#include <array>
#include <charconv>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "base/check.h"
#include "base/planted.h"

namespace weir::core {

namespace {

using enum TaskState;

struct Transition {
  TaskState from;
  Step on;
  TaskState to;
};

// The state machine of a task run. Whatever is not listed is impossible; terminal states have no line but
// those of a run that is reopened.
constexpr auto transitions = std::to_array<Transition>({
    // from            on                      to
    {pending, Step::start, running},
    {pending, Step::expand, running},
    {pending, Step::succeed, succeeded},
    {pending, Step::fail, failed},
    {pending, Step::skip, skipped},
    {pending, Step::give_up, upstream_failed},
    {pending, Step::cancel, cancelled},
    {running, Step::succeed, succeeded},
    {running, Step::back_off, retrying},
    {running, Step::fail, failed},
    {running, Step::crash, pending},
    {running, Step::skip, skipped},
    {running, Step::cancel, cancelled},
    {retrying, Step::start, running},
    {retrying, Step::cancel, cancelled},
    {retrying, Step::reopen, pending},
    {succeeded, Step::reopen, pending},
    {failed, Step::reopen, pending},
    {upstream_failed, Step::reopen, pending},
    {skipped, Step::reopen, pending},
    {cancelled, Step::reopen, pending},
    {succeeded, Step::reopen_elements, running},
    {failed, Step::reopen_elements, running},
    {skipped, Step::reopen_elements, running},
    {cancelled, Step::reopen_elements, running},
});

template <class Map>
auto* find_in(Map& map, TaskIndex task) {
  auto found = map.find(task);
  return found == map.end() ? nullptr : &found->second;
}

Step step_to(TaskState state) {
  switch (state) {
    case succeeded:
      return Step::succeed;
    case skipped:
      return Step::skip;
    case cancelled:
      return Step::cancel;
    default:
      return Step::fail;
  }
}

}  // namespace

void Run::apply(const Event& event) {
  WEIR_CHECK(!is_terminal(state_) || std::holds_alternative<RunReopened>(event.fact),
             "nothing happens to a finished run");
  std::visit([&](const auto& fact) { on(fact, event.at); }, event.fact);
  drop_settled();
}

void Run::wake(Instant now) {
  while (!due_.empty() && due_.top().at <= now) {
    auto [at, task] = due_.top();
    due_.pop();
    auto due = retry_due(task);
    if (!due || *due != at || !awake_.insert(task).second) continue;
    ready_.push(stages_[stage_of_[task]].lane, task);
  }
}

void Run::on(const RunStarted& fact, Instant at) {
  about_ = fact;
  started_ = at;
}

void Run::on(const TaskAdded& fact, Instant) {
  auto index = static_cast<StageIndex>(stages_.size());
  bool is_new = by_key_.emplace(fact.spec->key, index).second;
  WEIR_CHECK(is_new, "task keys are unique in a run");
  auto& stage = stages_.emplace_back();
  stage.spec = fact.spec;
  stage.external = fact.external;
  stage.lane = ready_.lane_of(*fact.spec);
  stage.head = add_tasks(index, 1);
  connect(index);
  consider(index);
}

void Run::on(const GraphClosed& fact, Instant) {
  closed_ = true;
  body_error_ = fact.error;
}

void Run::on(const StageExpanded& fact, Instant at) {
  StageIndex index = stage_of_[fact.task];
  move(fact.task, Step::expand);
  times_[fact.task] = {at, at};
  TaskIndex first = add_tasks(index, fact.count);
  auto& stage = stages_[index];
  stage.expanded = true;
  stage.first = first;
  stage.count = stage.unfinished = fact.count;
  stage.by_state = {};
  stage.by_state[static_cast<std::size_t>(pending)] = fact.count;
  for (std::uint32_t i = 0; i < fact.count; ++i) consider_element(index, i);
  if (fact.count == 0) complete_.push_back(fact.task);
  tell_downstreams(index, true);
}

void Run::on(const StageEnded& fact, Instant at) {
  move(fact.task, step_to(fact.state));
  if (times_[fact.task].first_start == Instant{}) times_[fact.task].first_start = at;
  times_[fact.task].end = at;
  if (fact.failure) last_failure_[fact.task] = *fact.failure;
  finish(fact.task);
}

void Run::on(const AttemptStarted& fact, Instant at) {
  move(fact.task, Step::start);
  attempts_[fact.task] = fact.number;
  forget_retry(fact.task);
  live_[fact.task] =
      LiveAttempt{.number = fact.number, .started = at, .lane = stages_[stage_of_[fact.task]].lane};
  if (times_[fact.task].first_start == Instant{}) times_[fact.task] = {at, at};
}

void Run::on(const AttemptIntended& fact, Instant) { live_.at(fact.task).intent = fact.intent; }

void Run::on(const AttemptAttached& fact, Instant) {
  live_.at(fact.task).remote = fact.remote;
  remotes_[fact.task] = fact.remote;
}

void Run::on(const AttemptOverdue& fact, Instant) { live_.at(fact.task).overdue = true; }

void Run::on(const AttemptSucceeded& fact, Instant at) {
  move(fact.task, Step::succeed);
  end_attempt(fact.task, at);
  if (!fact.value.is_null()) values_[fact.task] = fact.value;
  finish(fact.task);
}

void Run::on(const AttemptFailed& fact, Instant at) {
  move(fact.task, fact.retry_at ? Step::back_off : Step::fail);
  end_attempt(fact.task, at);
  ++failures_[fact.task];
  worker_crashes_.erase(fact.task);
  last_failure_[fact.task] = fact.failure;
  if (fact.retry_at) {
    retry_due_[fact.task] = *fact.retry_at;
    due_.push({*fact.retry_at, fact.task});
  } else {
    finish(fact.task);
  }
}

void Run::on(const AttemptCrashed& fact, Instant at) {
  move(fact.task, Step::crash);
  end_attempt(fact.task, at);
  if (WEIR_BUG("a crash counts as a failure")) ++failures_[fact.task];
  if (fact.failure) {
    ++worker_crashes_[fact.task];
    last_failure_[fact.task] = *fact.failure;
  }
  if (!is_superseded(fact.task)) ready_.push(stages_[stage_of_[fact.task]].lane, fact.task);
  drained(fact.task);
}

void Run::on(const AttemptSkipped& fact, Instant at) {
  move(fact.task, Step::skip);
  end_attempt(fact.task, at);
  if (!fact.reason.empty()) notes_[fact.task] = fact.reason;
  finish(fact.task);
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

void Run::on(const TaskSkipped& fact, Instant) {
  move(fact.task, Step::skip);
  if (!fact.reason.empty()) notes_[fact.task] = fact.reason;
  finish(fact.task);
}

void Run::on(const TaskCached& fact, Instant at) {
  move(fact.task, Step::succeed);
  times_[fact.task] = {at, at};
  if (!fact.value.is_null()) values_[fact.task] = fact.value;
  cached_from_[fact.task] = fact.run_id;
  finish(fact.task);
}

void Run::on(const TaskCancelled& fact, Instant) {
  for (TaskIndex task = fact.task; task < fact.task + fact.count; ++task) {
    move(task, Step::cancel);
    forget_retry(task);
    finish(task);
  }
}

void Run::on(const CancelRequested& fact, Instant) { cancelling_ = fact.reason; }

void Run::on(const RunPaused&, Instant) { paused_ = true; }

void Run::on(const RunUnpaused&, Instant) { paused_ = false; }

void Run::on(const RunResumed& fact, Instant) {
  if (!fact.open) return;
  closed_ = false;
  body_error_.reset();
}

void Run::on(const RunFinished& fact, Instant at) {
  WEIR_CHECK(unfinished_ == 0, "a run ends after its tasks");
  state_ = fact.state;
  finished_ = at;
}

void Run::move(TaskIndex task, Step step) {
  WEIR_CHECK(task < states_.size(), "events name tasks that were added");
  for (const auto& transition : transitions) {
    if (transition.from != states_[task] || transition.on != step) continue;
    set(task, transition.to);
    return;
  }
  WEIR_CHECK(false, "the state machine allows this transition");
}

void Run::set(TaskIndex task, TaskState state) {
  auto& stage = stages_[stage_of_[task]];
  if (stage.head != task) {
    --stage.by_state[static_cast<std::size_t>(states_[task])];
    ++stage.by_state[static_cast<std::size_t>(state)];
  }
  states_[task] = state;
}

void Run::forget_retry(TaskIndex task) {
  retry_due_.erase(task);
  awake_.erase(task);
}

void Run::end_attempt(TaskIndex task, Instant at) {
  live_.erase(task);
  times_[task].end = at;
}

std::optional<std::uint32_t> Run::element_of(TaskIndex task) const {
  const auto& stage = stages_[stage_of_[task]];
  return task == stage.head ? std::nullopt : std::optional(task - stage.first);
}

std::string Run::key(TaskIndex task) const {
  const auto& key = spec(task).key;
  auto element = element_of(task);
  return element ? fmt::format(FMT_COMPILE("{}[{}]"), key, *element) : key;
}

std::optional<TaskIndex> Run::index_of(std::string_view key) const {
  auto bracket = key.find('[');
  auto found = by_key_.find(std::string(key.substr(0, bracket)));
  if (found == by_key_.end()) return std::nullopt;
  const auto& stage = stages_[found->second];
  if (bracket == std::string_view::npos) return stage.head;
  std::uint32_t element = 0;
  const char* end = key.data() + key.size();
  auto [stop, error] = std::from_chars(key.data() + bracket + 1, end, element);
  bool whole = error == std::errc{} && stop + 1 == end && *stop == ']';
  return whole && element < stage.count ? std::optional(stage.first + element) : std::nullopt;
}

const LiveAttempt* Run::live(TaskIndex task) const { return find_in(live_, task); }
const Failure* Run::failure(TaskIndex task) const { return find_in(last_failure_, task); }
const json* Run::remote(TaskIndex task) const { return find_in(remotes_, task); }
const std::string* Run::note(TaskIndex task) const { return find_in(notes_, task); }

std::uint32_t Run::worker_crashes(TaskIndex task) const {
  const auto* crashes = find_in(worker_crashes_, task);
  return crashes ? *crashes : 0;
}

const json* Run::value(TaskIndex task) const {
  static const json null = nullptr;
  if (const json* known = find_in(values_, task)) return known;
  const auto& stage = stages_[stage_of_[task]];
  if (task == stage.head && stage.expanded && is_terminal(states_[task])) {
    JsonArray items;
    items.reserve(stage.count);
    for (std::uint32_t i = 0; i < stage.count; ++i) {
      const json* item = find_in(values_, stage.first + i);
      items.push_back(item ? *item : null);
    }
    return &(values_[task] = std::move(items));
  }
  return states_[task] == succeeded ? &null : nullptr;
}

std::optional<Instant> Run::task_started(TaskIndex task) const {
  Instant start = times_[task].first_start;
  return start == Instant{} ? std::nullopt : std::optional(start);
}

std::optional<Instant> Run::task_ended(TaskIndex task) const {
  bool ended = is_terminal(states_[task]) && task_started(task);
  return ended ? std::optional(times_[task].end) : std::nullopt;
}

std::optional<Instant> Run::retry_due(TaskIndex task) const {
  const auto* due = find_in(retry_due_, task);
  return due ? std::optional(*due) : std::nullopt;
}

std::optional<Doom> Run::next_doomed() const {
  return doomed_.empty() ? std::nullopt : std::optional(doomed_.front());
}

std::optional<TaskIndex> Run::next_to_expand() const {
  return to_expand_.empty() ? std::nullopt : std::optional(to_expand_.front());
}

std::optional<TaskIndex> Run::next_complete() const {
  return complete_.empty() ? std::nullopt : std::optional(complete_.front());
}

bool Run::may_start(TaskIndex task) const {
  if (is_superseded(task)) return false;
  if (states_[task] == pending) return true;
  return states_[task] == retrying && awake_.contains(task);
}

Run replay(std::span<const Event> history) {
  Run run;
  for (const auto& event : history) run.apply(event);
  return run;
}

}  // namespace weir::core
