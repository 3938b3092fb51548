#include "databricks/client/statements.h"

#include <algorithm>

#include <fmt/format.h>

#include "databricks/client/blocking_parts.h"
#include "databricks/client/statement_requests.h"

namespace weir::databricks {
namespace {

constexpr std::size_t chunks_max = 100'000;
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds pause_max{5'000};

std::string state_of(const json& answer) {
  const json* status = find(answer, "status");
  return status ? string_or(*status, "state", "") : "";
}

bool goes_on(const json& answer) {
  auto state = state_of(answer);
  return state == "PENDING" || state == "RUNNING";
}

std::unexpected<Error> failure_of(const json& answer) {
  const json* status = find(answer, "status");
  const json* error = status ? find(*status, "error") : nullptr;
  auto message = error ? string_or(*error, "message", "") : "";
  if (message.empty()) message = fmt::format("the statement is {}", state_of(answer));
  return fail(Code::failed, message);
}

std::vector<Column> columns_of(const json& manifest) {
  std::vector<Column> columns;
  const json* schema = find(manifest, "schema");
  for (const auto& column : schema ? items_of(*schema, "columns") : std::vector<json>{}) {
    columns.emplace_back(string_or(column, "name", ""), string_or(column, "type_text", ""));
  }
  return columns;
}

}  // namespace

Result<std::string> Statements::find_warehouse(std::string_view id_or_name) const {
  auto answer = client_.call(requests::warehouses());
  if (!answer) return std::unexpected(answer.error());
  std::vector<Named> known;
  for (const auto& warehouse : items_of(*answer, "warehouses")) {
    known.emplace_back(string_or(warehouse, "id", ""), string_or(warehouse, "name", ""));
  }
  return choose_named("warehouse", id_or_name, known, "the workspace's page of SQL warehouses");
}

Result<Table> Statements::execute(json body, const std::function<bool(Duration)>& wait) const {
  auto answer = client_.call(requests::execute_statement(std::move(body)));
  if (!answer) return std::unexpected(answer.error());
  auto ended = see_to_its_end(std::move(*answer), wait);
  if (!ended) return std::unexpected(ended.error());
  if (state_of(*ended) != "SUCCEEDED") return failure_of(*ended);
  return table_of(std::move(*ended));
}

Result<json> Statements::see_to_its_end(json answer, const std::function<bool(Duration)>& wait) const {
  auto id = string_or(answer, "statement_id", "");
  for (auto pause = first_pause; goes_on(answer); pause = std::min(pause * 13 / 10, pause_max)) {
    if (!wait(pause)) {
      auto cancelled = client_.call(requests::cancel_statement(id));
      if (!cancelled) return cancelled;
      return fail(Code::interrupted, fmt::format("statement {} is cancelled", id));
    }
    auto next = client_.call(requests::statement(id));
    if (!next) return next;
    answer = std::move(*next);
  }
  return answer;
}

Result<Table> Statements::table_of(json answer) const {
  Table table;
  if (const json* manifest = find(answer, "manifest")) {
    table.columns = columns_of(*manifest);
    table.truncated = bool_or(*manifest, "truncated", false);
  }
  auto id = string_or(answer, "statement_id", "");
  const json* first = find(answer, "result");
  json chunk = first ? *first : json();
  for (std::size_t count = 0; count < chunks_max; ++count) {
    for (const auto& row : items_of(chunk, "data_array")) {
      if (row.is_array()) table.rows.push_back(row.get_array());
    }
    auto next = find_int(chunk, "next_chunk_index");
    if (!next) break;
    auto fetched = client_.call(requests::statement_chunk(id, *next));
    if (!fetched) return std::unexpected(fetched.error());
    chunk = std::move(*fetched);
  }
  return table;
}

}  // namespace weir::databricks
