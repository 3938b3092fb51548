#include "api/flow_body.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <weir/error.h>

#include "api/current_body.h"
#include "api/current_task.h"
#include "core/outcome.h"

namespace weir::api {
namespace {

/// Unwinds a body whose run is over; never reaches the user.
struct Abandoned {};

}  // namespace

/// Some tasks whose ends the body waits for: found on the engine's thread, taken on the body's.
struct FlowBody::Watch {
  explicit Watch(std::vector<std::string> keys) : ends(std::move(keys)) {}

  TaskEnds ends;
  std::deque<std::size_t> ended{};  ///< guarded by the body's mutex
};

class FlowBody::OpenEnds final : public detail::Ends {
 public:
  OpenEnds(std::shared_ptr<FlowBody> body, std::shared_ptr<Watch> watch)
      : body_(std::move(body)), watch_(std::move(watch)) {}
  std::size_t next() override { return body_->next_of(*watch_); }

 private:
  std::shared_ptr<FlowBody> body_;
  std::shared_ptr<Watch> watch_;
};

FlowBody::FlowBody(Loop& loop, runtime::Engine& engine, workers::FunctionExecutor& functions,
                   FlowHooks& hooks, runtime::RunSlot slot)
    : loop_(loop),
      engine_(engine),
      functions_(functions),
      hooks_(hooks),
      slot_(slot),
      declarations_(engine.kinds()) {}

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
  } catch (...) {
    error.emplace();
    error->message = "the body threw something that is no std::exception";
  }
  settle_workspace();
  functions_.complete_run(slot_);
  engine_.close(slot_, std::move(error));
}

void FlowBody::choose_workspace(std::map<std::string, std::string> said) {
  if (workspace_ && *workspace_ != said) {
    throw FlowError("this run talks to another workspace already: one run, one workspace");
  }
  if (std::exchange(workspace_, std::move(said))) return;
  settled_ = true;
  auto wrong = choose_ ? choose_(*workspace_) : std::nullopt;
  if (wrong) throw FlowError(*wrong);
}

void FlowBody::settle_workspace() {
  if (choose_ && !settled_.exchange(true)) choose_({});
}

void FlowBody::abandon() {
  settle_workspace();
  std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

std::string FlowBody::declare(detail::Declaration declaration) {
  auto [spec, cache_key, hooks] = declarations_.add(declaration);
  hooks_.add(spec.key, std::move(hooks));
  if (declaration.function) {
    functions_.register_body(slot_, spec.key, function_body(std::move(declaration.function)),
                             std::move(cache_key));
  }
  std::string key = spec.key;
  engine_.add_task(slot_, std::move(spec));
  return key;
}

std::unique_ptr<detail::Ends> FlowBody::ends_of(std::vector<std::string> keys) {
  auto watch = std::make_shared<Watch>(std::move(keys));
  loop_.post([self = weak_from_this(), watch] {
    auto body = self.lock();
    if (!body) return;
    body->tell(*watch, watch->ends.begin(body->engine_.run(body->slot_)));
    if (!watch->ends.is_done()) body->watches_.push_back(watch);
  });
  return std::make_unique<OpenEnds>(shared_from_this(), std::move(watch));
}

State FlowBody::state(const std::string& key) {
  auto outcome = ask(key, false);
  return outcome.state;
}

json FlowBody::value(const std::string& key) {
  auto outcome = ask(key, true);
  if (!outcome.why.empty()) throw TaskFailed(key, outcome.why);
  return std::move(outcome.value);
}

void FlowBody::on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) {
  if (slot != slot_) return;
  for (const auto& watch : watches_) tell(*watch, watch->ends.see(run, event));
  std::erase_if(watches_, [](const auto& watch) { return watch->ends.is_done() || watch.use_count() == 1; });
  if (std::holds_alternative<core::RunFinished>(event.fact)) abandon();
}

void FlowBody::tell(Watch& watch, const std::vector<std::size_t>& ended) {
  if (ended.empty()) return;
  std::lock_guard lock(mutex_);
  watch.ended.insert(watch.ended.end(), ended.begin(), ended.end());
  changed_.notify_all();
}

std::size_t FlowBody::next_of(Watch& watch) {
  settle_workspace();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || !watch.ended.empty(); });
  if (watch.ended.empty()) throw Abandoned{};
  auto position = watch.ended.front();
  watch.ended.pop_front();
  return position;
}

/// Has the engine's thread look; waits for its answer.
FlowBody::Outcome FlowBody::ask(const std::string& key, bool with_value) {
  auto answer = std::make_shared<std::optional<Outcome>>();
  loop_.post([self = weak_from_this(), answer, key, with_value] {
    auto body = self.lock();
    if (!body) return;
    auto outcome = body->outcome_of(key, with_value);
    std::lock_guard lock(body->mutex_);
    *answer = std::move(outcome);
    body->changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || *answer; });
  if (!*answer) throw Abandoned{};
  return std::move(**answer);
}

FlowBody::Outcome FlowBody::outcome_of(const std::string& key, bool with_value) {
  const auto& run = engine_.run(slot_);
  auto task = run.index_of(key);
  if (!task) {
    // An element: what has become of the whole tells what will become of it.
    auto head = run.index_of(key.substr(0, key.find('[')));
    if (!head || !is_terminal(run.state(*head))) return {.why = "it has not ended"};
    const auto& stage = run.stage(run.stage_of(*head));
    if (!stage.expanded)
      return {static_cast<State>(run.state(*head)), nullptr, core::why_no_result(run, *head)};
    return {State::skipped, nullptr, fmt::format("'{}' has {} items", stage.spec->key, stage.count)};
  }
  auto state = static_cast<State>(run.state(*task));
  if (state != State::succeeded) return {state, nullptr, core::why_no_result(run, *task)};
  if (!with_value) return {state, nullptr, ""};
  auto value = engine_.result(slot_, *task);
  if (!value) return {state, nullptr, to_text(value.error())};
  return {state, std::move(*value), ""};
}

}  // namespace weir::api
