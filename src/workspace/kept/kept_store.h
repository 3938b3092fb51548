// Objects that the workspace takes, gives back and does nothing with: of each kind by id, as JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/home/state.h"

namespace weir::workspace {

class KeptStore {
 public:
  /// `kind`: "instance pool", as messages say it too.
  KeptStore(State& state, std::string kind) : state_(state), kind_(std::move(kind)) {}

  const std::string& kind() const { return kind_; }
  Result<std::vector<JsonObject>> all();  ///< the oldest first
  Result<std::optional<JsonObject>> find(std::string_view id);
  Result<void> put(std::string_view id, const JsonObject& object);  ///< new, or in place of the old one
  Result<bool> remove(std::string_view id);                         ///< false when there was none

 private:
  State& state_;
  std::string kind_;
};

}  // namespace weir::workspace
