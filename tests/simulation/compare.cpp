#include "compare.h"

#include "violation.h"

namespace weir::sim {
namespace {

template <class Value>
bool same(const Value* one, const Value* other) {
  return !one || !other ? one == other : *one == *other;
}

bool same(const core::LiveAttempt* one, const core::LiveAttempt* other) {
  if (!one || !other) return one == other;
  return one->number == other->number && one->started == other->started && one->intent == other->intent &&
         one->remote == other->remote;
}

core::TaskState state_of(TaskEntry::Phase phase) {
  using Phase = TaskEntry::Phase;
  switch (phase) {
    case Phase::waiting:
      return core::TaskState::pending;
    case Phase::active:
      return core::TaskState::running;
    case Phase::backing_off:
      return core::TaskState::retrying;
    case Phase::succeeded:
      return core::TaskState::succeeded;
    case Phase::failed:
      return core::TaskState::failed;
    case Phase::upstream_failed:
      return core::TaskState::upstream_failed;
    case Phase::skipped:
      return core::TaskState::skipped;
    case Phase::cancelled:
      return core::TaskState::cancelled;
  }
  return core::TaskState::pending;
}

}  // namespace

void check_same(const core::Run& live, const core::Run& replayed) {
  auto agree = [&](bool agrees, std::string_view what, std::string_view of) {
    demand(agrees, "a replay of run {} tells another {} of {}", live.about().id, what, of);
  };
  agree(live.state() == replayed.state(), "state", "the run");
  agree(live.size() == replayed.size(), "number", "tasks");
  agree(live.is_closed() == replayed.is_closed(), "end", "the graph");
  agree(live.is_cancelling() == replayed.is_cancelling(), "answer", "cancelling");
  agree(live.unfinished() == replayed.unfinished(), "number", "unfinished tasks");
  agree(live.finished() == replayed.finished(), "time", "its end");
  for (core::TaskIndex task = 0; task < live.size(); ++task) {
    const auto& key = live.spec(task).key;
    agree(key == replayed.spec(task).key, "key", key);
    agree(live.state(task) == replayed.state(task), "state", key);
    agree(live.attempts(task) == replayed.attempts(task), "number of attempts", key);
    agree(live.failures(task) == replayed.failures(task), "number of failures", key);
    agree(same(live.live(task), replayed.live(task)), "attempt", key);
    agree(same(live.value(task), replayed.value(task)), "result", key);
    agree(live.retry_due(task) == replayed.retry_due(task), "retry", key);
  }
}

void check_same(const core::Run& live, const RunBook& book) {
  auto agree = [&](bool agrees, std::string_view what, std::string_view of) {
    demand(agrees, "the engine has another {} of {} in run {} than its history", what, of, live.about().id);
  };
  agree(live.size() == book.tasks().size(), "number", "tasks");
  agree(live.state() == book.end().value_or(core::RunState::running), "state", "the run");
  for (core::TaskIndex task = 0; task < live.size(); ++task) {
    const auto& entry = book.tasks()[task];
    const auto& key = entry.spec.key;
    agree(live.state(task) == state_of(entry.phase), "state", key);
    agree(live.failures(task) == entry.failures, "number of failures", key);
    agree(live.attempts(task) == entry.attempts.size(), "number of attempts", key);
    const json* value = live.value(task);
    agree(!value || *value == entry.value, "result", key);
  }
}

}  // namespace weir::sim
