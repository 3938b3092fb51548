// Queries that are kept under an id: SQL text with what it is run with. Each is the JSON that the API shows of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/home/state.h"

namespace weir::workspace {

struct Query {
  std::string id{};
  std::int64_t number = 0;  ///< in order of creation
  bool is_trashed = false;  ///< can be read by its id, and is in no list
  JsonObject shown{};
};

class QueryStore {
 public:
  explicit QueryStore(State& state) : state_(state) {}

  Result<void> insert(const Query& query);  ///< with the next number
  Result<void> update(const Query& query);
  Result<std::optional<Query>> find(std::string_view id);
  Result<std::vector<Query>> list(std::int64_t below_number,
                                  std::int64_t limit);   ///< newest first; 0: from there
  Result<bool> has_name(std::string_view display_name);  ///< among those that are not trashed

 private:
  State& state_;
};

}  // namespace weir::workspace
