#include "api/flow_body.h"

#include <algorithm>

#include <fmt/format.h>

#include <weir/error.h>

#include "core/template.h"

namespace weir::api {
namespace {

/// Unwinds a body whose run is over; never reaches the user.
struct Abandoned {};

thread_local std::shared_ptr<detail::Body> body_of_thread;

workers::FunctionBody function_body(std::function<json(const json&)> function) {
  return [function = std::move(function)](const runtime::Attempt& attempt,
                                          workers::FunctionContext&) -> workers::FunctionOutcome {
    try {
      return function(attempt.inputs);
    } catch (const FailWithoutRetry& error) {
      runtime::Failure failure;
      failure.message = error.what();
      failure.retryable = false;
      return std::unexpected(failure);
    }
  };
}

core::Policy policy_of(const TaskOptions& options) {
  core::Policy policy;
  policy.retries = options.retries;
  policy.retry_delay = options.retry_delay;
  if (options.timeout.count() > 0) policy.timeout = options.timeout;
  return policy;
}

std::vector<std::string> upstreams_of(const json& inputs, const Call& call) {
  auto upstreams = core::data_upstreams(inputs);
  for (const auto& key : call.upstreams()) {
    if (std::ranges::find(upstreams, key) == upstreams.end()) upstreams.push_back(key);
  }
  return upstreams;
}

/// Why a task has no result, in one line.
std::string why_not(const core::Run& run, core::TaskIndex task) {
  if (const auto* failure = run.failure(task)) return failure->message;
  return std::string(core::name_of(run.state(task)));
}

}  // namespace

FlowBody::FlowBody(runtime::Engine& engine, workers::FunctionExecutor& functions, runtime::RunSlot slot)
    : engine_(engine), functions_(functions), slot_(slot) {
  const auto& run = engine_.run(slot_);
  for (core::TaskIndex task = 0; task < run.size(); ++task) note(run, task);
  over_ = is_terminal(run.state());
}

void FlowBody::run(const Flow& flow, const std::vector<json>& arguments) {
  body_of_thread = shared_from_this();
  std::optional<core::Failure> error;
  try {
    flow.body(arguments);
  } catch (const Abandoned&) {
    body_of_thread.reset();
    return;
  } catch (const std::exception& thrown) {
    error.emplace();
    error->message = thrown.what();
  }
  body_of_thread.reset();
  functions_.complete_run(slot_);
  engine_.close(slot_, std::move(error));
}

void FlowBody::abandon() {
  std::lock_guard lock(mutex_);
  over_ = true;
  ended_.notify_all();
}

std::string FlowBody::declare(detail::Declaration declaration) {
  core::TaskSpec spec;
  spec.key = key_for(declaration.name, declaration.call);
  spec.kind = declaration.kind;
  spec.inputs = std::move(declaration.inputs);
  spec.upstreams = upstreams_of(spec.inputs, declaration.call);
  spec.policy = policy_of(declaration.options);
  auto kind = std::ranges::find(engine_.kinds(), spec.kind, &core::Kind::name);
  if (kind == engine_.kinds().end()) throw FlowError(fmt::format("there is no task kind '{}'", spec.kind));
  if (auto problem = core::check_inputs(*kind, spec.inputs)) {
    throw FlowError(fmt::format("task '{}': {}: {}", spec.key, problem->path, to_text(problem->error)));
  }
  if (declaration.function)
    functions_.register_body(slot_, spec.key, function_body(std::move(declaration.function)));
  std::string key = spec.key;
  engine_.add_task(slot_, std::move(spec));
  return key;
}

std::string FlowBody::key_for(const std::string& name, const Call& call) {
  std::string key = call.key();
  if (key.empty()) {
    int ordinal = ++calls_[name];
    key = ordinal == 1 ? name : fmt::format("{}-{}", name, ordinal);
  }
  if (!core::is_valid_name(key)) {
    throw FlowError(fmt::format("'{}' cannot name a task: use letters, digits, _ - and .", key));
  }
  if (!keys_.insert(key).second) throw FlowError(fmt::format("there are two tasks '{}' in this flow", key));
  return key;
}

json FlowBody::await(const std::string& key) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return over_ || outcomes_.contains(key); });
  auto found = outcomes_.find(key);
  if (found == outcomes_.end()) throw Abandoned{};
  if (!found->second.succeeded) throw TaskFailed(key, found->second.why);
  return found->second.value;
}

void FlowBody::on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) {
  if (slot != slot_) return;
  if (std::holds_alternative<core::RunFinished>(event.fact)) return abandon();
  std::visit(
      [&](const auto& fact) {
        if constexpr (requires { fact.task; }) note(run, fact.task);
      },
      event.fact);
}

void FlowBody::note(const core::Run& run, core::TaskIndex task) {
  if (!is_terminal(run.state(task))) return;
  const json* value = run.value(task);
  Outcome outcome{value != nullptr, value ? *value : json(nullptr), value ? "" : why_not(run, task)};
  std::lock_guard lock(mutex_);
  outcomes_[run.spec(task).key] = std::move(outcome);
  ended_.notify_all();
}

}  // namespace weir::api

namespace weir::detail {
namespace {

/// Keys that start with "$" mean something in compiled templates.
bool has_dollar_key(const json& value) {
  if (const auto* array = value.if_array()) return std::ranges::any_of(*array, has_dollar_key);
  const auto* object = value.if_object();
  return object && std::ranges::any_of(*object, [](const auto& member) {
           return member.key().starts_with("$") || has_dollar_key(member.value());
         });
}

}  // namespace

std::shared_ptr<Body> current_body() {
  if (!api::body_of_thread) {
    throw FlowError(
        "a task was called outside of a flow body; call it inside weir::flow(…), on the body's thread");
  }
  return api::body_of_thread;
}

json hole(const std::string& key) { return core::hole({"tasks", key, "result"}); }

json literal(const json& value) { return has_dollar_key(value) ? json{{"$literal", value}} : value; }

}  // namespace weir::detail
