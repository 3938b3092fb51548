#include "core/event_codec.h"

#include <type_traits>

#include <fmt/format.h>

namespace weir::core {
namespace {

// One line per event: its number in the store. The order of Fact's alternatives may change, these may not.
template <class T>
constexpr std::int64_t type_of = 0;
template <>
constexpr std::int64_t type_of<RunStarted> = 1;
template <>
constexpr std::int64_t type_of<TaskAdded> = 2;
template <>
constexpr std::int64_t type_of<GraphClosed> = 3;
template <>
constexpr std::int64_t type_of<AttemptStarted> = 4;
template <>
constexpr std::int64_t type_of<AttemptIntended> = 5;
template <>
constexpr std::int64_t type_of<AttemptAttached> = 6;
template <>
constexpr std::int64_t type_of<AttemptSucceeded> = 7;
template <>
constexpr std::int64_t type_of<AttemptFailed> = 8;
template <>
constexpr std::int64_t type_of<AttemptCrashed> = 9;
template <>
constexpr std::int64_t type_of<AttemptCancelled> = 10;
template <>
constexpr std::int64_t type_of<TaskUpstreamFailed> = 11;
template <>
constexpr std::int64_t type_of<TaskCancelled> = 12;
template <>
constexpr std::int64_t type_of<CancelRequested> = 13;
template <>
constexpr std::int64_t type_of<RunResumed> = 14;
template <>
constexpr std::int64_t type_of<RunFinished> = 15;
template <>
constexpr std::int64_t type_of<StageExpanded> = 16;
template <>
constexpr std::int64_t type_of<StageEnded> = 17;
template <>
constexpr std::int64_t type_of<AttemptSkipped> = 18;
template <>
constexpr std::int64_t type_of<TaskSkipped> = 19;
template <>
constexpr std::int64_t type_of<TaskCached> = 20;
template <>
constexpr std::int64_t type_of<RunPaused> = 21;
template <>
constexpr std::int64_t type_of<RunUnpaused> = 22;
template <>
constexpr std::int64_t type_of<RunReopened> = 23;
template <>
constexpr std::int64_t type_of<AttemptOverdue> = 24;
template <>
constexpr std::int64_t type_of<TaskChanged> = 25;
template <>
constexpr std::int64_t type_of<AttemptSuperseded> = 26;

template <class T>
concept AboutTask = requires(T fact) { fact.task; };
template <class T>
concept AboutAttempt = AboutTask<T> && requires(T fact) { fact.number; };

// Bodies. `write` and `read` of one event stand together and are each other's inverse.
json write(const RunStarted& fact) {
  JsonObject body{
      {"id", fact.id},         {"name", fact.name},
      {"flow", fact.flow},     {"parameters", fact.parameters},
      {"source", fact.source}, {"durability", fact.durability == Durability::disk ? "disk" : "process"}};
  if (fact.timeout) body["timeout_us"] = fact.timeout->count();
  if (fact.run_limit.runs > 0) {
    body["run_limit"] = {{"runs", fact.run_limit.runs}, {"refuse", fact.run_limit.refuse}};
  }
  for (const auto& limit : fact.limits) {
    if (!body.contains("limits")) body["limits"].emplace_object();
    body["limits"].get_object()[limit.name] = limit.slots;
  }
  if (!fact.hooks.empty()) body["hooks"] = to_json(fact.hooks);
  if (fact.refresh) body["refresh"] = true;
  return body;
}
void read(RunStarted& fact, const json& body) {
  fact.id = string_or(body, "id", "");
  fact.name = string_or(body, "name", "");
  fact.flow = string_or(body, "flow", "");
  if (const json* parameters = find(body, "parameters"); parameters && parameters->is_object()) {
    fact.parameters = parameters->get_object();
  }
  if (const json* source = find(body, "source")) fact.source = *source;
  fact.durability = string_or(body, "durability", "") == "disk" ? Durability::disk : Durability::process;
  if (auto timeout = find_int(body, "timeout_us")) fact.timeout = Duration{*timeout};
  if (const json* limit = find(body, "run_limit")) {
    fact.run_limit = {static_cast<std::uint32_t>(int_or(*limit, "runs", 0)),
                      bool_or(*limit, "refuse", false)};
  }
  if (const json* limits = find(body, "limits"); limits && limits->is_object()) {
    for (const auto& [name, slots] : limits->get_object()) {
      if (slots.is_int64()) fact.limits.push_back({name, static_cast<std::uint32_t>(slots.get_int64())});
    }
  }
  if (const json* hooks = find(body, "hooks")) fact.hooks = hooks_from(*hooks);
  fact.refresh = bool_or(body, "refresh", false);
}

json write(const TaskAdded& fact) { return {{"spec", to_json(*fact.spec)}, {"external", fact.external}}; }
void read(TaskAdded& fact, const json& body) {
  const json* spec = find(body, "spec");
  fact.spec = std::make_shared<const TaskSpec>(spec ? task_spec_from(*spec) : TaskSpec{});
  fact.external = bool_or(body, "external", false);
}

json write(const GraphClosed& fact) { return fact.error ? to_json(*fact.error) : json(nullptr); }
void read(GraphClosed& fact, const json& body) {
  if (body.is_object()) fact.error = failure_from(body);
}

json write(const StageExpanded& fact) { return {{"count", fact.count}}; }
void read(StageExpanded& fact, const json& body) {
  fact.count = static_cast<std::uint32_t>(int_or(body, "count", 0));
}

json write(const StageEnded& fact) {
  JsonObject body{{"state", name_of(fact.state)}};
  if (fact.failure) body["failure"] = to_json(*fact.failure);
  return body;
}
void read(StageEnded& fact, const json& body) {
  fact.state = task_state_from(string_or(body, "state", "")).value_or(TaskState::failed);
  if (const json* failure = find(body, "failure")) fact.failure = failure_from(*failure);
}

const json& write(const AttemptIntended& fact) { return fact.intent; }
void read(AttemptIntended& fact, const json& body) { fact.intent = body; }

const json& write(const AttemptAttached& fact) { return fact.remote; }
void read(AttemptAttached& fact, const json& body) { fact.remote = body; }

const json& write(const AttemptSucceeded& fact) { return fact.value; }
void read(AttemptSucceeded& fact, const json& body) { fact.value = body; }

json write(const AttemptFailed& fact) {
  JsonObject body{{"failure", to_json(fact.failure)}};
  if (fact.retry_at) body["retry_at_us"] = fact.retry_at->time_since_epoch().count();
  return body;
}
void read(AttemptFailed& fact, const json& body) {
  if (const json* failure = find(body, "failure")) fact.failure = failure_from(*failure);
  if (auto at = find_int(body, "retry_at_us")) fact.retry_at = Instant{Duration{*at}};
}

json write(const AttemptCrashed& fact) { return fact.failure ? to_json(*fact.failure) : json(nullptr); }
void read(AttemptCrashed& fact, const json& body) {
  if (body.is_object()) fact.failure = failure_from(body);
}

template <class T>
  requires(std::is_same_v<T, AttemptSkipped> || std::is_same_v<T, TaskSkipped>)
json write(const T& fact) {
  return {{"reason", fact.reason}};
}
template <class T>
  requires(std::is_same_v<T, AttemptSkipped> || std::is_same_v<T, TaskSkipped>)
void read(T& fact, const json& body) {
  fact.reason = string_or(body, "reason", "");
}

json write(const TaskCached& fact) { return {{"value", fact.value}, {"run_id", fact.run_id}}; }
void read(TaskCached& fact, const json& body) {
  if (const json* value = find(body, "value")) fact.value = *value;
  fact.run_id = string_or(body, "run_id", "");
}

json write(const TaskCancelled& fact) {
  return fact.count == 1 ? json(nullptr) : json{{"count", fact.count}};
}
void read(TaskCancelled& fact, const json& body) {
  fact.count = static_cast<std::uint32_t>(int_or(body, "count", 1));
}

json write(const CancelRequested& fact) {
  return fact.reason == CancelRequested::Reason::timeout ? json{{"reason", "timeout"}} : json(nullptr);
}
void read(CancelRequested& fact, const json& body) {
  if (string_or(body, "reason", "") == "timeout") fact.reason = CancelRequested::Reason::timeout;
}

json write(const RunResumed& fact) { return fact.open ? json{{"open", true}} : json(nullptr); }
void read(RunResumed& fact, const json& body) { fact.open = bool_or(body, "open", false); }

json write(const RunReopened& fact) {
  return {{"again", JsonArray(fact.again.begin(), fact.again.end())}, {"open", fact.open}};
}
void read(RunReopened& fact, const json& body) {
  if (const json* again = find(body, "again"); again && again->is_array()) {
    for (const auto& task : again->get_array()) {
      if (task.is_int64()) fact.again.push_back(static_cast<TaskIndex>(task.get_int64()));
    }
  }
  fact.open = bool_or(body, "open", false);
}

json write(const TaskChanged& fact) {
  return {{"spec", to_json(*fact.spec)}, {"external", fact.external}, {"why", name_of(fact.why)}};
}
void read(TaskChanged& fact, const json& body) {
  const json* spec = find(body, "spec");
  fact.spec = std::make_shared<const TaskSpec>(spec ? task_spec_from(*spec) : TaskSpec{});
  fact.external = bool_or(body, "external", false);
  auto why = string_or(body, "why", "");
  for (auto known : {TaskChanged::Why::policy, TaskChanged::Why::lost}) {
    if (why == name_of(known)) fact.why = known;
  }
}

json write(const TaskUpstreamFailed& fact) { return {{"cause", fact.cause}}; }
void read(TaskUpstreamFailed& fact, const json& body) {
  fact.cause = static_cast<TaskIndex>(int_or(body, "cause", 0));
}

json write(const RunFinished& fact) { return {{"state", name_of(fact.state)}}; }
void read(RunFinished& fact, const json& body) {
  fact.state = run_state_from(string_or(body, "state", "")).value_or(RunState::failed);
}

template <class T>
Fact fact_from(const EventRow& row, const json& body) {
  T fact;
  if constexpr (AboutTask<T>) fact.task = static_cast<TaskIndex>(row.task);
  if constexpr (AboutAttempt<T>) fact.number = static_cast<std::uint32_t>(row.number);
  if constexpr (requires { read(fact, body); }) read(fact, body);
  return fact;
}

/// The alternative of Fact whose number is `row.type`.
template <std::size_t I = 0>
std::optional<Fact> fact_of_type(const EventRow& row, const json& body) {
  if constexpr (I < std::variant_size_v<Fact>) {
    using T = std::variant_alternative_t<I, Fact>;
    if (type_of<T> == row.type) return fact_from<T>(row, body);
    return fact_of_type<I + 1>(row, body);
  } else {
    return std::nullopt;
  }
}

}  // namespace

EventRow encode(const Event& event) {
  EventRow row;
  row.at_us = event.at.time_since_epoch().count();
  std::visit(
      [&row](const auto& fact) {
        using T = std::decay_t<decltype(fact)>;
        static_assert(type_of<T> != 0, "every event has a number");
        row.type = type_of<T>;
        if constexpr (AboutTask<T>) row.task = fact.task;
        if constexpr (AboutAttempt<T>) row.number = fact.number;
        if constexpr (requires { write(fact); }) {
          const json& body = write(fact);  // some are large: not copied
          if (!body.is_null()) row.body = to_text(body);
        }
      },
      event.fact);
  return row;
}

Result<Event> decode(const EventRow& row) {
  json body;
  if (!row.body.empty()) {
    auto parsed = parse_json(row.body);
    if (!parsed) return fail(Code::internal, "a history event is damaged: " + parsed.error().message);
    body = std::move(*parsed);
  }
  auto fact = fact_of_type(row, body);
  if (!fact) return fail(Code::internal, fmt::format("unknown history event {}", row.type), "upgrade weir");
  return Event{Instant{Duration{row.at_us}}, std::move(*fact)};
}

}  // namespace weir::core
