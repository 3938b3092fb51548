// databricks.wait_table: until a query has a row, such as the one for a partition of a table.
#include <fmt/format.h>

#include "databricks/client/statement_requests.h"
#include "databricks/operations/sensors.h"
#include "databricks/operations/statement_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr std::chrono::seconds table_every{60};

/// main.sales.orders → `main`.`sales`.`orders`
std::string backticked(std::string_view name) {
  std::string result = "`";
  for (char c : name) {
    if (c == '.') {
      result += "`.`";
    } else if (c == '`') {
      result += "``";
    } else {
      result += c;
    }
  }
  return result + "`";
}

std::string quoted_column(std::string_view name) {
  std::string result = "`";
  for (char c : name) result += c == '`' ? std::string("``") : std::string(1, c);
  return result + "`";
}

/// The query for a partition; its values travel as parameters.
std::string query_for(const std::string& table, const JsonObject& partition) {
  auto query = fmt::format("SELECT 1 FROM {}", backticked(table));
  auto joint = " WHERE ";
  std::size_t number = 0;
  for (const auto& [column, value] : partition) {
    query += fmt::format("{}{} = :p{}", joint, quoted_column(column), number++);
    joint = " AND ";
  }
  return query + " LIMIT 1";
}

json with_parameters(const json& inputs, const JsonObject& partition) {
  JsonObject result = inputs.get_object();
  JsonObject parameters;
  std::size_t number = 0;
  for (const auto& [column, value] : partition) parameters[fmt::format("p{}", number++)] = value;
  if (!parameters.empty()) result["parameters"] = std::move(parameters);
  return result;
}

/// The table may come into being only when its first rows do.
bool is_not_there_yet(const json& statement) {
  return statement_error(statement).contains("TABLE_OR_VIEW_NOT_FOUND");
}

Step until_rows(const json& body, Duration every);

Step look_later(const json& body, Duration every) {
  return pause_for(every, "no row yet", [=] { return until_rows(body, every); });
}

Step judge(const json& body, Duration every, const json& statement) {
  if (statement_state(statement) != "SUCCEEDED") {
    return is_not_there_yet(statement) ? look_later(body, every) : statement_failed(statement);
  }
  return with_rows(statement, [=](const json& value) {
    bool is_empty = find(value, "rows")->get_array().empty();
    return is_empty ? look_later(body, every) : done({{"rows", *find(value, "rows")}});
  });
}

Step until_rows(const json& body, Duration every) {
  auto request = requests::execute_statement(body);
  request.repeatable = true;  // it only reads
  return ask(std::move(request), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto statement_id = string_or(*answer, "statement_id", "");
    return until_finished(statement_id, [=](const json& statement) { return judge(body, every, statement); });
  });
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  given.one_of({"table", "statement"});
  given.not_together("statement", "partition", "write it into the statement");
  const json* partition = given.any("partition");
  if (partition && !partition->is_object())
    given.refuse("/partition", "partition must be an object: column to value");
  auto every = given.duration_or("every", table_every);
  if (auto bad = given.problem()) return refused(*bad);
  auto where = partition ? partition->get_object() : JsonObject();
  auto statement = given.has("table") ? query_for(given.text("table"), where) : given.text("statement");
  auto inputs = with_parameters(task.inputs, where);
  Given complete(inputs);
  auto body = statement_body(complete, statement);
  if (auto bad = complete.problem()) return refused(*bad);
  return with_warehouse(task, [=](const std::string& warehouse_id) {
    JsonObject whole = body.get_object();
    whole["warehouse_id"] = warehouse_id;
    return until_rows(std::move(whole), every);
  });
}

}  // namespace

Operation wait_table_operation() {
  std::vector<core::Field> fields = {
      {.name = "table", .type = string, .summary = "main.sales.orders; or give statement"},
      {.name = "partition", .type = object, .summary = "column to value, of which there must be a row"},
      {.name = "statement", .type = string, .summary = "a query that must have a row"},
      {.name = "every", .summary = "how often to look; default 60s"}};
  for (auto& field : statement_fields()) fields.push_back(std::move(field));
  return {.kind = {.name = "databricks.wait_table",
                   .summary = "Waits until a table, a partition of it or a query has a row",
                   .fields = std::move(fields)},
          .prepare = prepare};
}

}  // namespace weir::databricks::operations
