#include "cli/watching/event_view.h"

namespace weir::cli {
namespace {

using namespace core;

// One line per event: its name for people and programs.
std::string_view name_of_event(const RunStarted&) { return "run started"; }
std::string_view name_of_event(const TaskAdded&) { return "task added"; }
std::string_view name_of_event(const GraphClosed&) { return "graph closed"; }
std::string_view name_of_event(const StageExpanded&) { return "task expanded"; }
std::string_view name_of_event(const StageEnded&) { return "task ended"; }
std::string_view name_of_event(const AttemptStarted&) { return "attempt started"; }
std::string_view name_of_event(const AttemptIntended&) { return "attempt intended"; }
std::string_view name_of_event(const AttemptAttached&) { return "attempt attached"; }
std::string_view name_of_event(const AttemptSucceeded&) { return "attempt succeeded"; }
std::string_view name_of_event(const AttemptFailed&) { return "attempt failed"; }
std::string_view name_of_event(const AttemptCrashed&) { return "attempt crashed"; }
std::string_view name_of_event(const AttemptOverdue&) { return "attempt overdue"; }
std::string_view name_of_event(const AttemptSkipped&) { return "attempt skipped"; }
std::string_view name_of_event(const AttemptCancelled&) { return "attempt cancelled"; }
std::string_view name_of_event(const TaskUpstreamFailed&) { return "upstream failed"; }
std::string_view name_of_event(const TaskSkipped&) { return "task skipped"; }
std::string_view name_of_event(const TaskCached&) { return "task cached"; }
std::string_view name_of_event(const TaskCancelled&) { return "task cancelled"; }
std::string_view name_of_event(const CancelRequested&) { return "cancel requested"; }
std::string_view name_of_event(const RunPaused&) { return "run paused"; }
std::string_view name_of_event(const RunUnpaused&) { return "run unpaused"; }
std::string_view name_of_event(const RunReopened&) { return "run reopened"; }
std::string_view name_of_event(const TaskChanged&) { return "task changed"; }
std::string_view name_of_event(const AttemptSuperseded&) { return "attempt superseded"; }
std::string_view name_of_event(const RunResumed&) { return "run resumed"; }
std::string_view name_of_event(const RunFinished&) { return "run finished"; }

// What belongs to the event beside its task and attempt. Requests and inputs stay in the history: they are long.
void add_details(JsonObject& view, const Run&, const RunStarted& fact) {
  view["run"] = fact.name;
  view["id"] = fact.id;
  view["flow"] = fact.flow;
  view["parameters"] = fact.parameters;
}
void add_details(JsonObject& view, const Run&, const TaskAdded& fact) {
  view["task"] = fact.spec->key;
  view["kind"] = fact.spec->kind;
}
void add_details(JsonObject& view, const Run&, const GraphClosed& fact) {
  if (fact.error) view["failure"] = core::to_json(*fact.error);
}
void add_details(JsonObject& view, const Run&, const StageExpanded& fact) { view["elements"] = fact.count; }
void add_details(JsonObject& view, const Run&, const StageEnded& fact) {
  view["state"] = name_of(fact.state);
  if (fact.failure) view["failure"] = core::to_json(*fact.failure);
}
void add_details(JsonObject& view, const Run&, const AttemptCrashed& fact) {
  if (fact.failure) view["failure"] = core::to_json(*fact.failure);
}
void add_details(JsonObject& view, const Run&, const AttemptSkipped& fact) { view["reason"] = fact.reason; }
void add_details(JsonObject& view, const Run&, const AttemptAttached& fact) { view["remote"] = fact.remote; }
void add_details(JsonObject& view, const Run&, const AttemptSucceeded& fact) { view["result"] = fact.value; }
void add_details(JsonObject& view, const Run&, const AttemptFailed& fact) {
  view["failure"] = core::to_json(fact.failure);
  if (fact.retry_at) view["retry_at"] = to_millis(*fact.retry_at);
}
void add_details(JsonObject& view, const Run& run, const TaskUpstreamFailed& fact) {
  view["cause"] = run.key(fact.cause);
}
void add_details(JsonObject& view, const Run&, const TaskSkipped& fact) { view["reason"] = fact.reason; }
void add_details(JsonObject& view, const Run&, const TaskCached& fact) {
  view["result"] = fact.value;
  view["from_run"] = fact.run_id;
}
void add_details(JsonObject& view, const Run&, const TaskCancelled& fact) {
  if (fact.count > 1) view["count"] = fact.count;
}
void add_details(JsonObject& view, const Run&, const CancelRequested& fact) {
  view["reason"] = fact.reason == CancelRequested::Reason::timeout ? "timeout" : "person";
}
void add_details(JsonObject& view, const Run& run, const RunReopened& fact) {
  JsonArray again;
  for (auto task : fact.again) again.emplace_back(run.key(task));
  view["tasks"] = std::move(again);
}
void add_details(JsonObject& view, const Run&, const TaskChanged& fact) { view["why"] = name_of(fact.why); }
void add_details(JsonObject& view, const Run&, const RunFinished& fact) {
  view["state"] = name_of(fact.state);
}
void add_details(JsonObject&, const Run&, const auto&) {}

}  // namespace

json to_json(const Run& run, const Event& event) {
  return std::visit(
      [&](const auto& fact) {
        JsonObject view{{"at", to_millis(event.at)}, {"event", name_of_event(fact)}};
        if constexpr (requires { fact.task; }) view["task"] = run.key(fact.task);
        if constexpr (requires { fact.number; }) view["attempt"] = fact.number;
        add_details(view, run, fact);
        return json(std::move(view));
      },
      event.fact);
}

}  // namespace weir::cli
