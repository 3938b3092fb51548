// Hooks: functions that are told how runs and tasks come along, and change nothing of it.
//
//   const auto load = weir::task("load", fetch, {.retries = 3, .on_failure = page_me});
//   const auto daily = weir::flow("daily", body).on_failure(alert);
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <weir/state.h>

namespace weir {

/// A run, or a task of it, has come to another state.
struct StateChange {
  std::string run_id{};
  std::string run_name{};
  std::string flow{};
  std::string task{};  ///< its key; empty when it is the run itself
  State state = State::running;
  std::string why{};           ///< of a failure or a skip, in one line
  std::uint32_t attempts = 0;  ///< of the task until now
};

/// Called on a thread of its own after the change is durable, one at a time and in their order. A change whose hook
/// was not called before the process died is not told again when the run is resumed. What a hook throws is shown and
/// otherwise ignored.
using Hook = std::function<void(const StateChange&)>;

}  // namespace weir
