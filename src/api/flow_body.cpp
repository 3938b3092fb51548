#include "api/flow_body.h"

#include <weir/error.h>

#include "api/current_body.h"

namespace weir::api {
namespace {

/// Unwinds a body whose run is over; never reaches the user.
struct Abandoned {};

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

/// Why a task has no result, in one line.
std::string why_not(const core::Run& run, core::TaskIndex task) {
  if (const auto* failure = run.failure(task)) return failure->message;
  return std::string(core::name_of(run.state(task)));
}

}  // namespace

FlowBody::FlowBody(runtime::Engine& engine, workers::FunctionExecutor& functions, runtime::RunSlot slot)
    : engine_(engine), functions_(functions), slot_(slot), declarations_(engine.kinds()) {
  const auto& run = engine_.run(slot_);
  for (core::TaskIndex task = 0; task < run.size(); ++task) note(run, task);
  over_ = is_terminal(run.state());
}

void FlowBody::run(const Flow& flow, const std::vector<json>& arguments) {
  std::optional<core::Failure> error;
  try {
    CurrentBody current(shared_from_this());
    flow.body(arguments);
  } catch (const Abandoned&) {
    return;
  } catch (const std::exception& thrown) {
    error.emplace();
    error->message = thrown.what();
  }
  functions_.complete_run(slot_);
  engine_.close(slot_, std::move(error));
}

void FlowBody::abandon() {
  std::lock_guard lock(mutex_);
  over_ = true;
  ended_.notify_all();
}

std::string FlowBody::declare(detail::Declaration declaration) {
  auto function = std::move(declaration.function);
  auto spec = declarations_.add(std::move(declaration));
  if (function) functions_.register_body(slot_, spec.key, function_body(std::move(function)));
  std::string key = spec.key;
  engine_.add_task(slot_, std::move(spec));
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
  outcomes_[run.key(task)] = std::move(outcome);
  ended_.notify_all();
}

}  // namespace weir::api
