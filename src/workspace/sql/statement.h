// SQL statements: accepted, given to the driver of their warehouse, and kept with their end. The rows of a result are files
// that the driver writes, so that they are there after the server was started again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "workspace/home/state.h"

namespace weir::workspace {

enum class StatementState : std::uint8_t { pending, running, succeeded, failed, canceled, closed };

std::string_view name_of(StatementState state);  ///< "PENDING"
StatementState parse_statement_state(std::string_view text);

struct Statement {
  std::string id{};
  std::string warehouse_id{};
  JsonObject request{};  ///< what its driver is asked
  StatementState state = StatementState::pending;
  JsonObject error{};  ///< {"error_code", "message"} of one that failed
  std::int64_t created_ms = 0;

  bool has_ended() const { return state != StatementState::pending && state != StatementState::running; }
};

class StatementStore {
 public:
  explicit StatementStore(State& state) : state_(state) {}
  Result<void> put(const Statement& statement);
  Result<std::optional<Statement>> find(std::string_view id);
  Result<std::vector<Statement>> open();  ///< those that have not ended, oldest first
  Result<std::vector<std::string>> remove_before(std::int64_t time_ms);  ///< the ids of those removed

 private:
  State& state_;
};

}  // namespace weir::workspace
