// What the task calls of a C++ flow body declare: named and checked the same way whether the body runs or is only
// traced.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include <weir/detail/body.h>

#include "core/flow.h"
#include "core/kind.h"

namespace weir::api {

class Declarations {
 public:
  /// `kinds` must outlive this.
  explicit Declarations(std::span<const core::Kind> kinds) : kinds_(kinds) {}

  /// The task that a call adds. Throws FlowError when there can be no such task.
  core::TaskSpec add(detail::Declaration declaration);

 private:
  std::string key_for(const std::string& name, const Call& call);

  std::span<const core::Kind> kinds_;
  std::map<std::string, int> calls_{};
  std::set<std::string> keys_{};
};

}  // namespace weir::api
