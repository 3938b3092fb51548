// What an author wants told when a run or a task has come to some end: a program to start, an argument vector and
// never a shell line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/state.h"

namespace weir::core {

struct Hook {
  enum class On : std::uint8_t {
    success,
    failure,  ///< upstream_failed too
    cancel,
    retry,  ///< of tasks only: an attempt failed and another will follow
    end,    ///< any end
  };
  On on = On::end;
  std::vector<std::string> argv{};
  friend bool operator==(const Hook&, const Hook&) = default;
};

std::string_view name_of(Hook::On on);
std::optional<Hook::On> hook_from(std::string_view name);

/// Whether the hook is meant for what a task, or a run by the state of the same name, has come to. A skipped task is
/// only an end.
bool is_for(Hook::On on, TaskState state);

json to_json(const std::vector<Hook>& hooks);
std::vector<Hook> hooks_from(const json& value);  ///< inverse of to_json

}  // namespace weir::core
