#include "compare.h"

#include "contents.h"
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

/// The name that a phase has for people.
std::string_view state_name(TaskEntry::Phase phase) {
  using Phase = TaskEntry::Phase;
  switch (phase) {
    case Phase::waiting:
      return "pending";
    case Phase::active:
    case Phase::expanded:
      return "running";
    case Phase::backing_off:
      return "retrying";
    default:
      return name_of(phase);
  }
}

}  // namespace

void check_same(const core::Run& live, const core::Run& replayed) {
  auto agree = [&](bool agrees, std::string_view what, std::string_view of) {
    demand(agrees, "a replay of run {} tells another {} of {}", live.about().id, what, of);
  };
  agree(live.state() == replayed.state(), "state", "the run");
  agree(live.size() == replayed.size(), "number", "tasks");
  agree(live.is_closed() == replayed.is_closed(), "end", "the graph");
  agree(live.cancelling() == replayed.cancelling(), "answer", "cancelling");
  agree(live.is_paused() == replayed.is_paused(), "answer", "pausing");
  agree(live.unfinished() == replayed.unfinished(), "number", "unfinished tasks");
  agree(live.unsuccessful() == replayed.unsuccessful(), "number", "unsuccessful tasks");
  agree(live.finished() == replayed.finished(), "time", "its end");
  live.for_each_task([&](core::TaskIndex task) {
    auto key = live.key(task);
    agree(key == replayed.key(task), "key", key);
    agree(live.state(task) == replayed.state(task), "state", key);
    agree(live.attempts(task) == replayed.attempts(task), "number of attempts", key);
    agree(live.failures(task) == replayed.failures(task), "number of failures", key);
    agree(live.worker_crashes(task) == replayed.worker_crashes(task), "number of crashes", key);
    agree(same(live.live(task), replayed.live(task)), "attempt", key);
    agree(same(live.value(task), replayed.value(task)), "result", key);
    agree(live.is_cached(task) == replayed.is_cached(task), "origin", key);
  });
}

void check_same(const core::Run& live, const RunBook& book) {
  auto agree = [&](bool agrees, std::string_view what, std::string_view of) {
    demand(agrees, "the engine has another {} of {} in run {} than its history", what, of, live.about().id);
  };
  agree(live.size() == book.tasks().size(), "number", "tasks");
  agree(live.state() == book.end().value_or(core::RunState::running), "state", "the run");
  agree(live.is_paused() == book.is_paused() || book.end(), "answer", "pausing");
  live.for_each_task([&](core::TaskIndex task) {
    const auto& entry = book.tasks()[task];
    auto key = live.key(task);
    agree(key == book.key(entry), "key", key);
    agree(core::name_of(live.state(task)) == state_name(entry.phase), "state", key);
    agree(live.failures(task) == entry.failures, "number of failures", key);
    agree(live.attempts(task) == entry.attempts.size(), "number of attempts", key);
    const json* value = live.value(task);
    agree(!value || !entry.value || content_of(*value) == *entry.value, "result", key);
  });
}

}  // namespace weir::sim
