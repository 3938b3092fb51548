#include "api/flow_hooks.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

namespace weir::api {
namespace {

/// Users' code may throw anything; a hook decides nothing.
void call(const Hook& hook, const StateChange& change) {
  try {
    hook(change);
  } catch (const std::exception& error) {
    fmt::print(stderr, "a hook of flow '{}' threw: {}\n", change.flow, error.what());
  } catch (...) {
    fmt::print(stderr, "a hook of flow '{}' threw what is no std::exception\n", change.flow);
  }
}

}  // namespace

std::unique_ptr<runtime::Hooks> hooks_of(const Flow& flow, runtime::RunSlot slot,
                                         const core::RunStarted& about) {
  if (flow.hooks.empty()) return nullptr;
  StateChange known;
  known.run_id = about.id;
  known.run_name = about.name;
  known.flow = about.flow;
  return std::make_unique<runtime::Hooks>(slot, [hooks = flow.hooks, known](const auto& change) {
    auto told = known;
    told.task = change.task;
    told.state = static_cast<State>(change.state);
    told.why = change.why;
    for (const auto& hook : hooks) call(hook, told);
  });
}

}  // namespace weir::api
