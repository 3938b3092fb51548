#include "workspace/sql/statement.h"

#include <algorithm>
#include <array>

#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

constexpr auto names =
    std::to_array<std::string_view>({"PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "CLOSED"});

constexpr std::string_view columns = "statement_id, warehouse_id, request, state, error, created_ms";

JsonObject object_in(std::string_view text) {
  auto value = parse_json(text);
  return value && value->is_object() ? value->get_object() : JsonObject{};
}

Statement read_statement(const sqlite::Statement& row) {
  return {.id = row.text(0),
          .warehouse_id = row.text(1),
          .request = object_in(row.text_view(2)),
          .state = parse_statement_state(row.text_view(3)),
          .error = object_in(row.text_view(4)),
          .created_ms = row.integer(5)};
}

}  // namespace

std::string_view name_of(StatementState state) { return names[static_cast<std::size_t>(state)]; }

StatementState parse_statement_state(std::string_view text) {
  auto found = std::ranges::find(names, text);
  return found == names.end() ? StatementState::failed : static_cast<StatementState>(found - names.begin());
}

Result<void> StatementStore::put(const Statement& statement) {
  return execute(state_.database(),
                 "INSERT OR REPLACE INTO statements (" + std::string(columns) + ") VALUES (?,?,?,?,?,?)",
                 statement.id, statement.warehouse_id, to_text(json(statement.request)),
                 name_of(statement.state), statement.error.empty() ? "" : to_text(json(statement.error)),
                 statement.created_ms);
}

Result<std::optional<Statement>> StatementStore::find(std::string_view id) {
  std::optional<Statement> statement;
  auto read = each_row(
      state_.database(), "SELECT " + std::string(columns) + " FROM statements WHERE statement_id = ?",
      [&](sqlite::Statement& row) { statement = read_statement(row); }, id);
  return value_after(read, std::move(statement));
}

Result<std::vector<Statement>> StatementStore::open() {
  std::vector<Statement> statements;
  auto read = each_row(state_.database(),
                       "SELECT " + std::string(columns) +
                           " FROM statements WHERE state IN ('PENDING', 'RUNNING') ORDER BY created_ms",
                       [&](sqlite::Statement& row) { statements.push_back(read_statement(row)); });
  return value_after(read, std::move(statements));
}

Result<std::vector<std::string>> StatementStore::remove_before(std::int64_t time_ms) {
  std::vector<std::string> ids;
  auto read = each_row(
      state_.database(),
      "DELETE FROM statements WHERE created_ms < ? AND state NOT IN ('PENDING', 'RUNNING') RETURNING "
      "statement_id",
      [&](sqlite::Statement& row) { ids.push_back(row.text(0)); }, time_ms);
  return value_after(read, std::move(ids));
}

}  // namespace weir::workspace
