// databricks.sql. A statement has no idempotency token and carries no mark: when its answer is lost nobody can tell
// whether it runs, and it is sent again only if running it twice is harmless.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "databricks/client/statement_requests.h"
#include "databricks/operations/statement_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

/// Without blanks and comments in front of it.
std::string_view beginning(std::string_view statement) {
  while (!statement.empty()) {
    if (std::isspace(static_cast<unsigned char>(statement.front()))) {
      statement.remove_prefix(1);
    } else if (statement.starts_with("--")) {
      statement.remove_prefix(std::min(statement.find('\n'), statement.size()));
    } else if (statement.starts_with("/*")) {
      auto end = statement.find("*/");
      statement.remove_prefix(end == statement.npos ? statement.size() : end + 2);
    } else {
      break;
    }
  }
  return statement;
}

bool only_reads(std::string_view statement) {
  std::string word;
  for (char c : beginning(statement)) {
    if (!std::isalpha(static_cast<unsigned char>(c))) break;
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  constexpr auto reading =
      std::to_array<std::string_view>({"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "LIST"});
  return std::ranges::find(reading, word) != reading.end();
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto statement = given.text("statement");
  bool repeatable = given.flag_or("repeatable", only_reads(statement));
  auto body = statement_body(given, statement);
  if (given.has("row_limit")) body.get_object()["row_limit"] = given.number_or("row_limit", 0);
  if (auto bad = given.problem()) return refused(*bad);
  return with_warehouse(task, [=](const std::string& warehouse_id) {
    JsonObject complete = body.get_object();
    complete["warehouse_id"] = warehouse_id;
    return commit({{"body", std::move(complete)}, {"repeatable", repeatable}});
  });
}

Step ended(const json& statement) {
  if (statement_state(statement) != "SUCCEEDED") return statement_failed(statement);
  return with_rows(statement, [](json value) { return done(std::move(value)); });
}

Step execute(const json& plan);

Step in_doubt(const json& plan) {
  if (bool_or(plan, "repeatable", false)) {
    return pause_in_doubt([=] { return execute(plan); });
  }
  return unknown(
      "the statement may have been executed: the answer to it was lost, and it is not sent again",
      {{"hint", "see in the workspace's query history; repeatable: true lets weir send it again by itself"}});
}

Step execute(const json& plan) {
  auto sent = [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto statement_id = string_or(*answer, "statement_id", "");
    if (statement_id.empty()) return in_doubt(plan);
    return attach({{"statement_id", statement_id}}, [=] { return until_finished(statement_id, ended); });
  };
  return order(requests::execute_statement(*find(plan, "body")), sent, [=] { return in_doubt(plan); });
}

Step begin(const Task&, const json& plan, bool again) { return again ? in_doubt(plan) : execute(plan); }

Step resume(const Task&, const json&, const json& remote) {
  return until_finished(string_or(remote, "statement_id", ""), ended);
}

/// Whatever it turns out to be: it may have been quicker than the cancellation.
Step stop(const Task&, const json&, const json& remote) {
  auto statement_id = find_string(remote, "statement_id");
  if (!statement_id) return cancelled();
  return ask(requests::cancel_statement(*statement_id), [=](const Answer&) {
    return until_finished(*statement_id, [](const json& statement) {
      return statement_state(statement) == "SUCCEEDED" ? ended(statement) : cancelled();
    });
  });
}

}  // namespace

std::vector<Operation> sql_operations() {
  std::vector<core::Field> fields = {
      {.name = "statement", .type = string, .required = true, .summary = "SQL, with :name for parameters"}};
  for (auto& field : statement_fields()) fields.push_back(std::move(field));
  fields.push_back({.name = "row_limit", .type = integer, .summary = "rows to fetch at most"});
  fields.push_back({.name = "repeatable",
                    .type = boolean,
                    .summary = "whether it may run twice when an answer is lost; default: if it only reads"});
  return {
      {.kind =
           {.name = "databricks.sql",
            .summary = "Executes a SQL statement on a warehouse, and gives its rows",
            .fields = std::move(fields),
            .result_name = "Rows",
            .result =
                {{.name = "statement_id", .type = string, .required = true, .summary = "of the statement"},
                 {.name = "columns", .type = array, .required = true, .summary = "each with name and type"},
                 {.name = "rows", .type = array, .required = true, .summary = "each an object by column"}}},
       .prepare = prepare,
       .begin = begin,
       .resume = resume,
       .stop = stop}};
}

}  // namespace weir::databricks::operations
