// Results that do not fit in a history: they are put into files where they are reported, so that the engine's thread
// waits for no disk, and are linked where they are needed.
#include <fmt/format.h>

#include "base/planted.h"
#include "core/scope.h"
#include "runtime/engine_state.h"

namespace weir::runtime {

/// Any thread. A value that may hold wrapped ones is looked at by the engine, which knows who made it.
void Engine::report_value(AttemptId attempt, json value) {
  auto shape = core::shape_of(value);
  Message message{attempt.run, {}, {}, shape};
  if (results_.is_large(shape.bytes) && !shape.wraps) {
    Place place;
    {
      std::lock_guard lock(inbox_mutex_);
      place = places_.at(attempt.run);
    }
    auto kept = results_.keep(place.run_id, value, place.sync);
    if (!kept && kept.error().code != Code::invalid) {
      message.what = Message::NotStored{kept.error()};
      return send(std::move(message));
    }
    if (!kept) {
      core::Failure failure;
      failure.message = to_text(kept.error());
      failure.retryable = false;
      return send(attempt.run, core::Failed{attempt.task, attempt.number, std::move(failure)});
    }
    value = std::move(*kept);
  }
  message.what = core::Input(core::Succeeded{attempt.task, attempt.number, std::move(value)});
  send(std::move(message));
}

/// What the report of a success with something wrapped in it comes to: only executors that deal in wrapped values can mean one.
core::Input Engine::taken(RunSlot slot, core::Succeeded report, core::ValueShape shape) {
  const auto& run = this->run(slot);
  if (report.task >= run.size()) return report;
  auto refused = [&](std::string why) {
    core::Failure failure;
    failure.message = std::move(why);
    failure.retryable = false;
    return core::Failed{report.task, report.number, std::move(failure)};
  };
  Executor* executor = executor_of(run.spec(report.task).kind);
  if (!executor || !executor->makes_wrapped()) {
    auto kept = results_.keep(run.about().id, report.value, is_synced(slot));
    if (!kept && kept.error().code == Code::invalid) return refused(to_text(kept.error()));
    if (!kept) break_down(kept.error());
    if (kept) report.value = std::move(*kept);
    return report;
  }
  if (!core::is_well_wrapped(report.value)) {
    return refused("the result has a wrapped value in it that names neither data nor a file");
  }
  if (shape.bytes <= core::wrapping_value_bytes_max) return report;
  return refused(
      fmt::format("the result has {} MiB of wrapped values in it, more than the {} MiB that a history takes",
                  shape.bytes >> 20U, core::wrapping_value_bytes_max >> 20U));
}

bool Engine::is_synced(RunSlot slot) const { return run(slot).about().durability == core::Durability::disk; }

/// A result that is kept for later runs is linked for them.
void Engine::keep_values(RunSlot slot, const core::Event& event, Turn& turn) {
  const auto* done = std::get_if<core::AttemptSucceeded>(&event.fact);
  if (!done) return;
  const auto& run = this->run(slot);
  const auto& cache = run.spec(done->task).policy.cache;
  auto key = cache ? core::cache_key(run, done->task, room_) : std::nullopt;
  if (!key || !*key) return;
  auto linked = results_.link(done->value, run.about().id, store::cache_owner(**key), is_synced(slot));
  if (!linked) return;  // it is not cached, that is all
  auto expires = cache->expires ? std::optional(event.at + *cache->expires) : std::nullopt;
  turn.cache.push_back({**key, {run.about().id, run.key(done->task), done->value, event.at, expires}});
}

Result<json> Engine::result(RunSlot slot, core::TaskIndex task) {
  const auto& run = this->run(slot);
  const json* value = run.value(task);
  if (!value) return fail(Code::not_found, fmt::format("'{}' has no result", run.key(task)));
  auto plain = core::plain_value(*value, run.about().id, results_);
  return plain ? plain
               : std::unexpected(within(fmt::format("the result of '{}'", run.key(task)), plain.error()));
}

Result<void> Engine::hand_on(const json& value, RunSlot from, RunSlot to) {
  return results_.link(value, run(from).about().id, run(to).about().id, is_synced(to));
}

/// Nothing more is recorded or started.
void Engine::break_down(const Error& error) {
  broken_ = !WEIR_BUG("goes on when the disk is full");
  for (auto* observer : observers_) observer->on_broken(error);
}

}  // namespace weir::runtime
