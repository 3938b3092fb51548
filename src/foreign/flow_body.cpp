#include "foreign/flow_body.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/outcome.h"
#include "runtime/state_change.h"

namespace weir::foreign {
namespace {

std::string quoted(const std::string& text) { return to_text(json(text)); }

}  // namespace

FlowBody::FlowBody(Loop& loop, runtime::Engine& engine, Fleet& fleet, BodyEvents events)
    : loop_(loop), engine_(engine), fleet_(fleet), events_(std::move(events)) {}

void FlowBody::begin(runtime::RunSlot slot, bool is_resumed, bool tells, const std::string& results) {
  slot_ = slot;
  tells_ = tells;
  has_begun_ = true;
  is_closed_ = false;
  known_.clear();
  watched_.clear();
  if (!is_observing_) engine_.observe(*this);
  is_observing_ = true;
  const auto& about = run().about();
  fleet_.say(to_text(JsonObject{{"type", "begin"},
                                {"run", JsonObject{{"id", about.id},
                                                   {"name", about.name},
                                                   {"flow", about.flow},
                                                   {"parameters", about.parameters},
                                                   {"resumed", is_resumed},
                                                   {"results", results},
                                                   {"sync", about.durability == core::Durability::disk}}}}));
  fleet_.set_ready();
}

void FlowBody::finish(core::RunState state, int exit_code) {
  JsonObject finished{{"type", "finished"}, {"state", core::name_of(state)}, {"exit", exit_code}};
  if (has_begun_ && run().body_error()) finished["message"] = run().body_error()->message;
  fleet_.say(to_text(finished));
}

void FlowBody::on_message(std::string_view type, json& message) {
  if (type == "task" && has_begun_) return declare(message);
  if (type == "close" && has_begun_) return close(message);
  if (type == "watch" || type == "value" || type == "sync") {
    auto number = find_int(message, type == "sync" ? "id" : "element").value_or(-1);
    requests_.push_back({std::string(type), string_or(message, "task", ""), number});
  } else if (type == "print") {
    bool is_out = string_or(message, "stream", "out") == "out";
    events_.print(is_out ? process::Stream::out : process::Stream::err, string_or(message, "text", ""));
  } else if (type == "ask" && has_begun_) {
    auto what = string_or(message, "what", "");
    if (what == "interrupt") events_.interrupt();
    if (what == "cancel") engine_.cancel(slot_);
    if (what == "pause") engine_.ask(slot_, runtime::Ask::pause);
  } else {
    events_.other(type, message);
  }
}

void FlowBody::declare(json& message) {
  const json* spec = find(message, "spec");
  if (!spec) return;
  auto task = core::task_spec_from(*spec);
  declared_.push_back(task.key);
  engine_.add_task(slot_, std::move(task), string_or(message, "at", ""));
}

void FlowBody::close(json& message) {
  std::optional<core::Failure> failure;
  if (const json* found = find(message, "failure")) failure = core::failure_from(*found);
  engine_.close(slot_, std::move(failure));
  json* returned = find(message, "returned");
  events_.closed(returned ? std::move(*returned) : json(nullptr));
  is_closed_ = true;
  fleet_.note_declared();
}

bool FlowBody::has_declared(runtime::AttemptId attempt) const {
  return is_closed_ || attempt.run != slot_ ||
         known_.contains(run().stage(run().stage_of(attempt.task)).head);
}

/// The turn that takes what was declared is posted already: what is asked for is looked up after it.
void FlowBody::on_batch() {
  if (!has_begun_ || (declared_.empty() && requests_.empty())) return;
  loop_.post([this, alive = alive_, declared = std::exchange(declared_, {}),
              requests = std::exchange(requests_, {})] {
    if (!*alive) return;
    for (const auto& key : declared) check_declared(key);
    fleet_.note_declared();
    for (const auto& request : requests) answer_one(request);
  });
}

/// One that had ended before is told now; others when they do.
void FlowBody::check_declared(const std::string& key) {
  auto task = run().index_of(key);
  if (!task) return;  // it was refused, and the graph is closed
  known_.try_emplace(*task, false);
  if (!known_[*task] && is_terminal(run().state(*task))) tell_end(run(), *task);
}

void FlowBody::answer_one(const Request& request) {
  if (request.type == "sync") {
    fleet_.say(fmt::format(R"({{"type":"synced","id":{}}})", request.number));
  } else if (request.type == "watch") {
    answer_watch(request.task);
  } else {
    answer_value(request);
  }
}

void FlowBody::answer_watch(const std::string& key) {
  auto head = run().index_of(key);
  if (!head || !run().is_mapped(*head)) return;
  watched_.insert(*head);
  const auto& stage = run().stage(run().stage_of(*head));
  if (stage.expanded) tell_elements(run(), stage);
}

void FlowBody::answer_value(const Request& request) {
  std::string key = request.number < 0 ? request.task : fmt::format("{}[{}]", request.task, request.number);
  auto task = run().index_of(key);
  const json* value = task ? run().value(*task) : nullptr;
  std::string element = request.number < 0 ? "" : fmt::format(R"(,"element":{})", request.number);
  fleet_.say(fmt::format(R"({{"type":"value","task":{}{},"value":{}}})", quoted(request.task), element,
                         value ? to_text(*value) : "null"));
}

void FlowBody::tell_elements(const core::Run& run, const core::Stage& stage) {
  fleet_.say(
      fmt::format(R"({{"type":"expanded","task":{},"count":{}}})", quoted(stage.spec->key), stage.count));
  std::vector<core::TaskIndex> ended;
  for (core::TaskIndex task = stage.first; task < stage.first + stage.count; ++task) {
    if (is_terminal(run.state(task))) ended.push_back(task);
  }
  std::ranges::sort(ended, {}, [&](core::TaskIndex task) { return run.end_order(task); });
  for (auto task : ended) tell_end(run, task);
}

void FlowBody::tell_end(const core::Run& run, core::TaskIndex task) {
  auto element = run.element_of(task);
  if (!element) known_[task] = true;
  auto state = run.state(task);
  std::string text = fmt::format(R"({{"type":"ended","task":{},"state":"{}","order":{})",
                                 quoted(run.spec(task).key), core::name_of(state), run.end_order(task));
  if (element) text += fmt::format(R"(,"element":{})", *element);
  if (run.is_cached(task)) text += R"(,"cached":true)";
  if (const auto* failure = run.failure(task); failure && state == core::TaskState::failed) {
    text += R"(,"failure":)" + to_text(core::to_json(*failure));
  } else if (state != core::TaskState::succeeded) {
    text += R"(,"reason":)" + quoted(core::why_no_result(run, task));
  }
  fleet_.say(text + "}");
}

void FlowBody::on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) {
  if (slot != slot_) return;
  if (const auto* added = std::get_if<core::TaskAdded>(&event.fact)) {
    known_.try_emplace(*run.index_of(added->spec->key), false);
  }
  if (tells_) {
    runtime::for_each_change(run, event, [this](const runtime::StateChange& change) {
      JsonObject message{{"type", "changed"}, {"state", core::name_of(change.state())}};
      if (change.task()) message["task"] = change.key();
      if (auto why = change.why(); !why.empty()) message["why"] = std::move(why);
      fleet_.say(to_text(message));
    });
  }
  if (const auto* expanded = std::get_if<core::StageExpanded>(&event.fact);
      expanded && watched_.contains(expanded->task)) {
    return tell_elements(run, run.stage(run.stage_of(expanded->task)));
  }
  auto [first, count] = core::ended_tasks(event.fact);
  for (core::TaskIndex task = first; task < first + count; ++task) {
    auto head = run.stage(run.stage_of(task)).head;
    auto known = known_.find(head);
    if (known == known_.end()) continue;
    bool is_wanted = task == head ? !known->second : watched_.contains(head);
    if (is_wanted && is_terminal(run.state(task))) tell_end(run, task);
  }
}

bool FlowBody::on_gone(const std::string& last_words) {
  has_begun_ = false;
  declared_.clear();
  requests_.clear();
  return events_.gone(last_words);
}

}  // namespace weir::foreign
