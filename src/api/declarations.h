// What the task calls of a C++ flow body declare: named and checked the same way whether the body runs or is only
// traced.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <weir/detail/body.h>

#include "api/task_policy.h"
#include "core/flow.h"
#include "core/kind.h"

namespace weir::api {

class Declarations {
 public:
  struct Declared {
    core::TaskSpec spec{};
    std::function<std::string(const json& inputs)> cache_key{};  ///< the user's own; may be empty
    std::vector<TaskHook> hooks{};
  };

  /// `kinds` must outlive this.
  explicit Declarations(std::span<const core::Kind> kinds) : kinds_(kinds) {}

  /// The task that a call adds. Throws FlowError when there can be no such task.
  Declared add(const detail::Declaration& declaration);

  /// Tasks that are added until leave() belong to a group: the second one of a name is called "<name>-2".
  void enter(const std::string& name);
  void leave();

 private:
  std::string key_for(const std::string& name, const Call& call);
  std::string counted(const std::string& name);

  std::span<const core::Kind> kinds_;
  std::vector<std::string> groups_{};  ///< prefixes, the innermost last: "north.", "north.clean."
  std::unordered_map<std::string, int> calls_{};
  std::unordered_set<std::string> keys_{};
};

}  // namespace weir::api
