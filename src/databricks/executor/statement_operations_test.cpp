#include <doctest/doctest.h>

#include "databricks/executor/operation_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

constexpr auto statements = "/sql/statements";
constexpr auto one = "/sql/statements/s1";

Scripted statement_is(std::string_view state, json more = JsonObject{}) {
  JsonObject it{{"statement_id", "s1"}, {"status", {{"state", state}}}};
  for (auto& [key, value] : more.get_object()) it[key] = value;
  return ok(it);
}

Scripted failed_with(std::string_view code, std::string_view message) {
  return statement_is(
      "FAILED", {{"status", {{"state", "FAILED"}, {"error", {{"error_code", code}, {"message", message}}}}}});
}

json column(std::string_view name, std::string_view type) { return {{"name", name}, {"type_name", type}}; }

json rows(JsonArray columns, json result) {
  return {{"manifest", {{"schema", {{"columns", std::move(columns)}}}}}, {"result", std::move(result)}};
}

const json insert = {{"statement", "insert into t values (1)"}, {"warehouse_id", "w"}};
const json count_rows = {{"statement", "-- how many\n select count(*) as n from t"}, {"warehouse_id", "w"}};

json one_row() { return rows({column("n", "LONG")}, {{"data_array", JsonArray{json(JsonArray{"3"})}}}); }

}  // namespace

TEST_CASE("rows come back as objects with types, from all chunks") {
  OperationWorld world;
  JsonArray columns{column("n", "LONG"), column("ok", "BOOLEAN"), column("x", "DOUBLE"),
                    column("d", "DECIMAL"), column("n", "STRING")};
  world.workspace.on(statements, {statement_is("PENDING")})
      .on(one,
          {statement_is("RUNNING"),
           statement_is(
               "SUCCEEDED",
               rows(columns, {{"data_array", JsonArray{json(JsonArray{"1", "true", "0.5", "1.10", "a"})}},
                              {"next_chunk_index", 1}}))})
      .on("/s1/result/chunks/1",
          {ok({{"data_array", JsonArray{json(JsonArray{nullptr, "false", "NaN", nullptr, "b"})}}})});
  auto end = world.does("databricks.sql", count_rows);
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("rows") ==
        json(JsonArray{json{{"n", 1}, {"ok", true}, {"x", 0.5}, {"d", "1.10"}, {"n_2", "a"}},
                       json{{"n", nullptr}, {"ok", false}, {"x", "NaN"}, {"d", nullptr}, {"n_2", "b"}}}));
  CHECK(end.value.at("columns").at(0) == json{{"name", "n"}, {"type", "LONG"}});
  CHECK(world.reports.remote().at("statement_id") == "s1");
}

TEST_CASE("parameters get the type of their value") {
  OperationWorld world;
  world.workspace.on(statements, {statement_is("SUCCEEDED")}).on(one, {statement_is("SUCCEEDED", one_row())});
  json inputs = count_rows;
  inputs.get_object()["parameters"] = {
      {"day", "2026-01-01"}, {"n", 3}, {"x", 0.5}, {"b", true}, {"none", nullptr}};
  REQUIRE(world.does("databricks.sql", inputs).how == "succeeded");
  CHECK(world.sent(statements).at("parameters") ==
        json(JsonArray{json{{"name", "day"}, {"value", "2026-01-01"}},
                       json{{"name", "n"}, {"type", "BIGINT"}, {"value", "3"}},
                       json{{"name", "x"}, {"type", "DOUBLE"}, {"value", "0.5"}},
                       json{{"name", "b"}, {"type", "BOOLEAN"}, {"value", "true"}}, json{{"name", "none"}}}));
}

TEST_CASE("a warehouse is found by its name, and a misspelt one is named with the nearest") {
  auto there = ok({{"warehouses", JsonArray{json{{"id", "w1"}, {"name", "reports"}}}}});
  OperationWorld world;
  world.workspace.on("/sql/warehouses", {there})
      .on(statements, {statement_is("PENDING")})
      .on(one, {statement_is("SUCCEEDED", one_row())});
  REQUIRE(world.does("databricks.sql", {{"statement", "select 1"}, {"warehouse", "reports"}}).how ==
          "succeeded");
  CHECK(world.sent(statements).at("warehouse_id") == "w1");
  OperationWorld other;
  other.workspace.on("/sql/warehouses", {there});
  auto end = other.does("databricks.sql", {{"statement", "select 1"}, {"warehouse", "report"}});
  CHECK(end.failure.detail.at("hint") == "did you mean 'reports'?");
}

TEST_CASE("a statement that fails says why, and whether trying again is sensible") {
  OperationWorld world;
  world.workspace.on(statements, {failed_with("BAD_REQUEST", "[PARSE_SYNTAX_ERROR] near 'selct'")})
      .on(one, {failed_with("BAD_REQUEST", "[PARSE_SYNTAX_ERROR] near 'selct'")});
  auto end = world.does("databricks.sql", insert);
  CHECK(end.failure.message == "[PARSE_SYNTAX_ERROR] near 'selct'");
  CHECK_FALSE(end.failure.retryable);
  OperationWorld busy;
  busy.workspace.on(statements, {statement_is("PENDING")})
      .on(one, {failed_with("TEMPORARILY_UNAVAILABLE", "later")});
  CHECK(busy.does("databricks.sql", insert).failure.retryable);
}

TEST_CASE("a statement that changes something is not sent again when its answer was lost") {
  OperationWorld world;
  world.workspace.on(statements, {lost(), statement_is("PENDING")});
  auto end = world.does("databricks.sql", insert);
  CHECK(end.how == "failed");
  CHECK(end.failure.detail.at("unknown") == true);
  CHECK_FALSE(end.failure.retryable);
  CHECK(world.workspace.seen(statements).size() == 1);
}

TEST_CASE("one that only reads, or is said to be repeatable, is sent again") {
  for (json inputs : {count_rows, insert}) {
    OperationWorld world;
    world.workspace.on(statements, {lost(), statement_is("PENDING")})
        .on(one, {statement_is("SUCCEEDED", one_row())});
    if (inputs == insert) inputs.get_object()["repeatable"] = true;
    CHECK(world.does("databricks.sql", inputs).how == "succeeded");
    CHECK(world.workspace.seen(statements).size() == 2);
  }
}

TEST_CASE("after a crash a statement whose id is known is waited for; one without is held") {
  OperationWorld world;
  world.workspace.on(one, {statement_is("SUCCEEDED", one_row())});
  json plan = {{"body", insert}, {"repeatable", false}};
  auto end = world.run(world.crashed("databricks.sql", insert, plan, {{"statement_id", "s1"}}));
  CHECK(end.value.at("rows").at(0) == json{{"n", 3}});
  CHECK(world.workspace.seen(statements).empty());
  OperationWorld held;
  CHECK(held.run(held.crashed("databricks.sql", insert, plan)).failure.detail.at("unknown") == true);
  CHECK(held.workspace.seen(statements).empty());
}

TEST_CASE("cancelling a statement waits until it has ended") {
  OperationWorld world;
  world.workspace.on(statements, {statement_is("PENDING")})
      .on(one, {statement_is("RUNNING")})
      .on("/s1/cancel", {ok(JsonObject{})});
  auto attempt = World::attempt("databricks.sql", insert);
  world.executor->start(attempt, world.reports);
  world.reports.wait_for_log("statement s1 is RUNNING");
  world.executor->cancel(attempt.id);
  world.reports.wait_until([&] { return !world.workspace.seen("/s1/cancel").empty(); });
  CHECK_FALSE(world.reports.has_ended());
  world.workspace.on(one, {statement_is("CANCELED")});
  CHECK(world.reports.wait_for_end().how == "cancelled");
}

TEST_CASE("a partition is waited for, also of a table that is not there yet") {
  OperationWorld world;
  world.workspace.on(statements, {statement_is("PENDING")})
      .on(one, {failed_with("BAD_REQUEST", "[TABLE_OR_VIEW_NOT_FOUND] orders"),
                statement_is("SUCCEEDED", rows({column("1", "INT")}, JsonObject{})),
                statement_is("SUCCEEDED",
                             rows({column("1", "INT")}, {{"data_array", JsonArray{json(JsonArray{"1"})}}}))});
  auto end = world.does("databricks.wait_table", {{"table", "main.orders"},
                                                  {"partition", {{"day", "2026-01-01"}}},
                                                  {"warehouse_id", "w"},
                                                  {"every", "1ms"}});
  REQUIRE(end.how == "succeeded");
  CHECK(world.workspace.seen(statements).size() == 3);
  CHECK(world.sent(statements).at("statement") == "SELECT 1 FROM `main`.`orders` WHERE `day` = :p0 LIMIT 1");
  CHECK(world.sent(statements).at("parameters") ==
        json(JsonArray{json{{"name", "p0"}, {"value", "2026-01-01"}}}));
}
