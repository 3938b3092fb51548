// The rows of a statement, as JSON with types.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "databricks/client/statement_requests.h"
#include "databricks/operations/statement_steps.h"

namespace weir::databricks::operations {
namespace {

struct Column {
  std::string name{};
  std::string type{};
};

struct Table {
  std::string statement_id{};
  std::vector<Column> columns{};
  JsonArray rows{};
};

/// Columns of the same name become "n", "n_2", "n_3": none is lost.
std::vector<Column> columns_of(const json& statement) {
  const json* manifest = find(statement, "manifest");
  const json* schema = manifest ? find(*manifest, "schema") : nullptr;
  const json* listed = schema ? find(*schema, "columns") : nullptr;
  std::vector<Column> columns;
  std::set<std::string> names;
  for (const auto& column : listed && listed->is_array() ? listed->get_array() : JsonArray()) {
    auto name = string_or(column, "name", "");
    auto unique = name;
    for (int count = 2; !names.insert(unique).second; ++count) unique = fmt::format("{}_{}", name, count);
    columns.push_back({unique, string_or(column, "type_name", "STRING")});
  }
  return columns;
}

template <class Number>
json as_number(const std::string& text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc{} && end == text.data() + text.size();
  if constexpr (std::is_floating_point_v<Number>) {
    if (whole && !std::isfinite(number)) return json(text);
  }
  return whole ? json(number) : json(text);
}

/// The service sends every value as text.
json typed(const json& value, const std::string& type) {
  if (!value.is_string()) return value;
  std::string text(value.get_string());
  if (type == "BOOLEAN" && (text == "true" || text == "false")) return text == "true";
  if (type == "BYTE" || type == "SHORT" || type == "INT" || type == "LONG")
    return as_number<std::int64_t>(text);
  if (type == "FLOAT" || type == "DOUBLE") return as_number<double>(text);
  return json(text);
}

void add_rows(Table& table, const json& result) {
  const json* rows = find(result, "data_array");
  for (const auto& row : rows && rows->is_array() ? rows->get_array() : JsonArray()) {
    JsonObject object;
    const auto& values = row.is_array() ? row.get_array() : JsonArray();
    for (std::size_t i = 0; i < std::min(values.size(), table.columns.size()); ++i) {
      object[table.columns[i].name] = typed(values[i], table.columns[i].type);
    }
    table.rows.push_back(std::move(object));
  }
}

json value_of(const Table& table) {
  JsonArray columns;
  for (const auto& column : table.columns) columns.push_back({{"name", column.name}, {"type", column.type}});
  return {{"statement_id", table.statement_id}, {"columns", std::move(columns)}, {"rows", table.rows}};
}

Step next_chunk(std::shared_ptr<Table> table, const json& result, std::function<Step(json)> then) {
  add_rows(*table, result);
  auto next = find_int(result, "next_chunk_index");
  if (!next) return then(value_of(*table));
  return ask(requests::statement_chunk(table->statement_id, *next), [=](const Answer& answer) {
    return answer ? next_chunk(table, *answer, then) : refused(answer.error());
  });
}

}  // namespace

Step with_rows(const json& statement, std::function<Step(json)> then) {
  auto table = std::make_shared<Table>(string_or(statement, "statement_id", ""), columns_of(statement));
  const json* result = find(statement, "result");
  return next_chunk(table, result ? *result : json(JsonObject{}), std::move(then));
}

}  // namespace weir::databricks::operations
