// A turn of the engine: everything that waits is decided upon, recorded in one transaction, and then done.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/planted.h"
#include "core/scope.h"
#include "runtime/engine_state.h"

namespace weir::runtime {
namespace {

/// How often other processes are asked whether they have given something back or want something.
constexpr Duration others_asked_every = std::chrono::milliseconds{100};

std::optional<core::Input> input_of(const json& request) {
  std::string what = string_or(request, "do", "");
  if (what == "cancel") return core::RequestCancel{};
  if (what == "pause") return core::RequestPause{};
  if (what == "unpause") return core::RequestUnpause{};
  return std::nullopt;
}

}  // namespace

json to_json(Ask ask) {
  switch (ask) {
    case Ask::cancel:
      return {{"do", "cancel"}};
    case Ask::pause:
      return {{"do", "pause"}};
    case Ask::unpause:
      return {{"do", "unpause"}};
  }
  return nullptr;
}

void Engine::hold() {
  std::lock_guard lock(inbox_mutex_);
  held_ = true;
}

void Engine::post_turn() {
  if (turn_posted_) return;
  turn_posted_ = true;
  around_.loop.post([this, alive = alive_] {
    if (*alive) turn();
  });
}

void Engine::turn() {
  auto& turn = *turn_;
  bool held = false;
  {
    std::lock_guard lock(inbox_mutex_);
    turn.messages.swap(inbox_);
    turn.lost_lines = lines_.take();
    taken_on_ = std::this_thread::get_id();
    turn_posted_ = false;
    held = held_;
  }
  lines_taken_.notify_all();
  if (broken_) return;
  turn.now = around_.clock.now();
  room_.begin_turn();
  for (auto& message : turn.messages) {
    take(std::move(message), turn);
    if (broken_) return;
  }
  if (serving_requests_ && may_have_requests_) take_requests(turn);
  settle_all(turn, held);
  if (WEIR_BUG("acts before it is durable")) {
    for (const auto& [slot, command] : std::exchange(turn.commands, {})) perform(slot, command);
  }
  record(turn);
  if (broken_) return;
  for (const auto& [slot, command] : turn.commands) perform(slot, command);
  turn.clear();  // now and not in the next turn: an idle engine holds no values of the last one
  if (room_.has_spent_turn() || room_.has_room_again()) {
    std::lock_guard lock(inbox_mutex_);
    post_turn();
  } else if (room_.waits_for_others() && !asking_again_) {
    asking_again_ = true;
    around_.loop.after(others_asked_every, [this, alive = alive_] {
      if (!*alive) return;
      asking_again_ = false;
      std::lock_guard lock(inbox_mutex_);
      post_turn();
    });
  }
}

void Engine::take(Message message, Turn& turn) {
  if (auto* line = std::get_if<Message::Line>(&message.what)) {
    return write_log(line->attempt, line->level, std::move(line->text));
  }
  if (auto* lost = std::get_if<Message::LostLines>(&message.what)) {
    return write_log(lost->attempt, Level::warning,
                     fmt::format("{} lines were not kept: they came faster than they could be written",
                                 turn.lost_lines[lost->attempt]));
  }
  if (auto* failed = std::get_if<Message::NotStored>(&message.what)) return break_down(failed->error);
  auto& active = *runs_.at(message.run);
  auto& input = std::get<core::Input>(message.what);
  // The clock may have been set back since the timer began to run, or even since it fired.
  if (message.due && turn.now < *message.due && !WEIR_BUG("timers trust a clock that was set back")) {
    return arm(message.run, *message.due, std::move(input));
  }
  if (auto* add = std::get_if<core::AddTask>(&input)) {
    auto spec = add->spec;
    auto fine = checked(active, std::move(*add));
    if (!fine) return;
    input = std::move(*fine);
    active.declared.resize(active.run.stage_count() + 1);
    for (const auto& lost : lost_before(active, input)) {
      core::take_input(active.run, lost, turn.now, room_, turn.step);
      keep(message.run, turn);
    }
    auto known = active.run.index_of(spec->key);
    active.declared[known ? active.run.stage_of(*known) : active.run.stage_count()] = true;
  }
  if (auto* done = std::get_if<core::Succeeded>(&input); done && message.shape.wraps) {
    input = taken(message.run, std::move(*done), message.shape);
    if (broken_) return;
  }
  core::take_input(active.run, input, turn.now, room_, turn.step);
  if (message.proceed && !turn.step.events.empty()) {
    const auto& intended = std::get<core::AttemptIntended>(turn.step.events.front().fact);
    proceeds_[{message.run, intended.task, intended.number}] = std::move(message.proceed);
  }
  keep(message.run, turn);
}

/// Requests that were left in the store for runs of this engine; those for others are theirs.
void Engine::take_requests(Turn& turn) {
  auto requests = around_.store.requests_after(last_request_);
  may_have_requests_ = !requests;
  if (!requests) return;
  for (const auto& request : *requests) {
    last_request_ = std::max(last_request_, request.number);
    auto ours = std::ranges::find(going_, request.run, [this](RunSlot slot) { return runs_[slot]->number; });
    auto input = input_of(request.body);
    if (ours == going_.end() || !input) continue;
    core::take_input(runs_[*ours]->run, *input, turn.now, room_, turn.step);
    turn.acknowledged.push_back(request.number);
    keep(*ours, turn);
  }
}

/// Room that one run gives back may be what another waits for: all of them look again.
void Engine::settle_all(Turn& turn, bool held) {
  core::Closed closed(results_);
  for (RunSlot slot : going_) {
    auto& active = *runs_[slot];
    if (active.queued && is_terminal(active.run.state())) active.queued = false;
    if (active.queued) {
      auto about = active.run.about();
      about.run_limit.refuse = false;
      auto place = take_run_slot(about);
      if (place && *place) {
        active.run_slot = std::move(*place);
        active.queued = false;
      } else {
        room_.wait_for_others();
      }
    }
    // A run that is being cancelled starts nothing but its clean-up, and ends only when that has.
    bool leaves = held && !active.run.is_cancelling() && !WEIR_BUG("a process that leaves goes on starting");
    core::Admission& admission = active.queued || leaves ? static_cast<core::Admission&>(closed) : room_;
    core::settle(active.run, turn.now, admission, turn.step);
    keep(slot, turn);
  }
}

/// What the last input or the settling of a run came to becomes part of the turn.
void Engine::keep(RunSlot slot, Turn& turn) {
  auto& step = turn.step;
  auto& active = *runs_[slot];
  bool disk = active.run.about().durability == core::Durability::disk;
  for (auto& event : step.events) {
    bool precious = core::must_sync(event.fact) && !WEIR_BUG("intents are not synced");
    turn.sync = turn.sync || disk || precious;
    keep_values(slot, event, turn);
    turn.records.push_back({active.number, std::move(event)});
    turn.slots.push_back(slot);
  }
  for (auto& command : step.commands) turn.commands.emplace_back(slot, std::move(command));
  step.events.clear();
  step.commands.clear();
}

/// Makes the turn durable, then tells everybody.
void Engine::record(Turn& turn) {
  if (turn.records.empty() && turn.acknowledged.empty()) return;
  if (auto done = around_.store.append({turn.records, turn.cache, turn.acknowledged, turn.sync}); !done) {
    return break_down(done.error());
  }
  for (const auto& entry : turn.cache) results_.keep_only(entry.key, entry.result.value);
  for (std::size_t i = 0; i < turn.records.size(); ++i) {
    RunSlot slot = turn.slots[i];
    const auto& run = runs_[slot]->run;
    const auto& event = turn.records[i].event;
    if (auto ended = core::ended_attempt(event.fact)) {
      AttemptId attempt{slot, ended->task, ended->number};
      if (logging_.erase(attempt) > 0) around_.log.close(run.about().id, run.key(ended->task), ended->number);
      proceeds_.erase(attempt);
    }
    for (auto* observer : observers_) observer->on_event(slot, run, event);
  }
}

void Engine::serve_requests() {
  serving_requests_ = true;
  look_for_requests();
}

void Engine::look_for_requests() {
  if (around_.store.changed_by_others()) {
    may_have_requests_ = true;
    std::lock_guard lock(inbox_mutex_);
    post_turn();
  }
  around_.loop.after(others_asked_every, [this, alive = alive_] {
    if (*alive) look_for_requests();
  });
}

}  // namespace weir::runtime
