#include "workers/flow_executor.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "core/graph_check.h"
#include "workers/flow_request.h"

namespace weir::workers {
namespace {

/// How often a run that another process executes is asked for.
constexpr Duration asked_again_after = std::chrono::milliseconds{500};

}  // namespace

const core::Kind& flow_kind() {
  using core::FieldType;
  static const core::Kind kind{
      .name = "flow",
      .summary = "Runs another flow file as a run of its own",
      .fields = {{"file", FieldType::string, true, "the flow file, relative to this one"},
                 {"parameters", FieldType::object, false, "values of its parameters"}},
      .external = true,
      .shorthand = "file"};
  return kind;
}

FlowExecutor::FlowExecutor(Loop& loop, const Clock& clock, Random& random, ReadFlow read_flow)
    : loop_(loop), clock_(clock), random_(random), read_flow_(std::move(read_flow)) {}

void FlowExecutor::serve(runtime::Engine& engine) {
  engine_ = &engine;
  engine.observe(*this);
}

void FlowExecutor::start(runtime::Attempt attempt, runtime::Reports& reports) {
  auto id = attempt.id;
  Child child{.attempt = std::move(attempt), .reports = &reports};
  child.may_exist = !child.attempt.intent.is_null();
  child.run_id = child.may_exist ? string_or(child.attempt.intent, "run_id", "")
                                 : to_text(make_uuid_v7(clock_.now(), random_));
  auto& kept = children_[id] = std::move(child);
  if (kept.may_exist) return later(Duration{0}, id, &FlowExecutor::take_up);
  reports.intend(id, JsonObject{{"run_id", kept.run_id}},
                 [this, id] { later(Duration{0}, id, &FlowExecutor::begin); });
}

/// The engine cannot be asked to start or resume a run in the midst of what it is doing.
void FlowExecutor::later(Duration delay, runtime::AttemptId attempt, void (FlowExecutor::*work)(Child&)) {
  loop_.after(delay, [this, alive = alive_, attempt, work] {
    if (!*alive) return;
    auto found = children_.find(attempt);
    if (found != children_.end()) (this->*work)(found->second);
  });
}

/// An earlier process may have started the run and gone further with it than it could tell.
void FlowExecutor::take_up(Child& child) {
  auto slot = engine_->resume(child.run_id);
  if (slot) return follow(child, *slot);
  if (slot.error().code == Code::conflict) {
    return later(asked_again_after, child.attempt.id, &FlowExecutor::take_up);
  }
  bool never_started = slot.error().code == Code::not_found && child.attempt.remote.is_null();
  if (!never_started) return give_up(child, slot.error());
  if (!child.is_cancelled) return begin(child);
  child.reports->cancelled(child.attempt.id);
  forget(child);
}

void FlowExecutor::begin(Child& child) {
  auto slot = start_run(child);
  if (!slot) return give_up(child, slot.error());
  follow(child, *slot);
}

Result<runtime::RunSlot> FlowExecutor::start_run(const Child& child) {
  const auto& parent = engine_->run(child.attempt.id.run);
  auto file = flow_file_of(parent, child.attempt.inputs);
  if (depth_of(parent) >= flow_nesting_max) {
    return fail(Code::invalid, fmt::format("flows run each other more than {} deep", flow_nesting_max),
                fmt::format("does {} run itself?", file.string()));
  }
  auto flow = read_flow_(file, engine_->kinds());
  if (!flow) return std::unexpected(flow.error());
  auto parameters = parameters_of(*flow, child.attempt.inputs);
  if (!parameters) return std::unexpected(parameters.error());

  core::RunStarted about;
  about.id = child.run_id;
  about.flow = flow->name;
  about.parameters = std::move(*parameters);
  about.source = source_of(parent, child.attempt, file);
  about.durability = parent.about().durability;
  about.timeout = flow->timeout;
  about.run_limit = flow->run_limit;
  about.limits = flow->limits;
  about.hooks = flow->hooks;
  about.refresh = parent.about().refresh;
  return engine_->start(std::move(about), core::in_order(std::move(flow->tasks)), true);
}

void FlowExecutor::follow(Child& child, runtime::RunSlot slot) {
  const auto& run = engine_->run(slot);
  child.slot = slot;
  by_slot_[slot] = child.attempt.id;
  if (child.attempt.remote.is_null()) {
    child.reports->attached(child.attempt.id,
                            JsonObject{{"run_id", run.about().id}, {"run_name", run.about().name}});
  }
  if (is_terminal(run.state())) return report_end(child, run);
  if (child.is_cancelled) engine_->cancel(slot);
}

void FlowExecutor::cancel(runtime::AttemptId attempt) {
  auto found = children_.find(attempt);
  if (found == children_.end()) return;
  auto& child = found->second;
  child.is_cancelled = true;
  if (child.slot) return engine_->cancel(*child.slot);
  if (child.may_exist) return;  // it is being looked for
  child.reports->cancelled(attempt);
  forget(child);
}

void FlowExecutor::on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) {
  if (!std::holds_alternative<core::RunFinished>(event.fact)) return;
  auto found = by_slot_.find(slot);
  if (found != by_slot_.end()) report_end(children_.at(found->second), run);
}

void FlowExecutor::report_end(Child& child, const core::Run& run) {
  auto& reports = *child.reports;
  auto id = child.attempt.id;
  if (run.state() == core::RunState::succeeded) {
    json results = results_of(run);
    if (auto done = engine_->hand_on(results, *child.slot, id.run); !done)
      return give_up(child, done.error());
    reports.succeeded(id, std::move(results));
  } else if (run.state() == core::RunState::cancelled && child.is_cancelled) {
    reports.cancelled(id);
  } else {
    reports.failed(id, failure_of(run));
  }
  forget(child);
}

void FlowExecutor::give_up(Child& child, const Error& error) {
  runtime::Failure failure;
  failure.message = to_text(error);
  failure.retryable = error.code != Code::invalid && error.code != Code::not_found;
  child.reports->failed(child.attempt.id, std::move(failure));
  forget(child);
}

void FlowExecutor::forget(const Child& child) {
  auto id = child.attempt.id;
  if (child.slot) by_slot_.erase(*child.slot);
  children_.erase(id);
}

}  // namespace weir::workers
