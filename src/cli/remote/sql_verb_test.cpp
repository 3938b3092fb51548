#include "cli/remote/sql_verb.h"

#include <doctest/doctest.h>

#include "cli/remote/scripted_world.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

namespace {

constexpr auto statements = "/sql/statements";

json columns() {
  return {{"schema",
           {{"columns", JsonArray{json{{"name", "day"}, {"type_text", "STRING"}},
                                  json{{"name", "rows"}, {"type_text", "INT"}}}}}}};
}

/// A warehouse "main" whose statement takes a while and whose result comes in two chunks.
struct Warehouse : World {
  Warehouse() {
    workspace.on("/sql/warehouses", {ok({{"warehouses", JsonArray{json{{"id", "w1"}, {"name", "main"}}}}})})
        .on(statements, {ok({{"statement_id", "s1"}, {"status", {{"state", "PENDING"}}}})})
        .on("/statements/s1",
            {ok({{"statement_id", "s1"},
                 {"status", {{"state", "SUCCEEDED"}}},
                 {"manifest", columns()},
                 {"result",
                  {{"data_array", JsonArray{json(JsonArray{"monday", "9"})}}, {"next_chunk_index", 1}}}})})
        .on("/chunks/1", {ok({{"data_array", JsonArray{json(JsonArray{"sunday", nullptr})}}})});
  }
};

}  // namespace

TEST_CASE("sql waits for its statement and prints all chunks of the result") {
  Warehouse world;
  CHECK(world.run({"sql", "SELECT :x", "--warehouse", "main", "-p", "x=1"}) == Exit::ok);
  CHECK(world.out == "day     rows\nmonday  9\nsunday  \n");
  auto sent = world.sent(statements);
  CHECK(sent.at("statement") == "SELECT :x");
  CHECK(sent.at("warehouse_id") == "w1");
  CHECK(sent.at("parameters") == JsonArray{json{{"name", "x"}, {"value", "1"}}});
}

TEST_CASE("sql --json prints one object a row") {
  Warehouse world;
  CHECK(world.run({"sql", "SELECT 1", "--warehouse", "w1", "--json"}) == Exit::ok);
  CHECK(parse_json(world.out) ==
        json(JsonArray{json{{"day", "monday"}, {"rows", "9"}}, json{{"day", "sunday"}, {"rows", nullptr}}}));
}

TEST_CASE("a statement that fails says what the warehouse says") {
  Warehouse world;
  world.workspace.on(statements,
                     {ok({{"statement_id", "s1"},
                          {"status", {{"state", "FAILED"}, {"error", {{"message", "no such table x"}}}}}})});
  CHECK(world.run({"sql", "SELECT * FROM x", "--warehouse", "w1"}) == Exit::run_failed);
  CHECK(world.err.contains("no such table x"));
}

TEST_CASE("sql needs a warehouse, and names the nearest") {
  Warehouse world;
  CHECK(world.run({"sql", "SELECT 1"}) == Exit::usage);
  CHECK(world.err.contains("DATABRICKS_WAREHOUSE_ID"));
  CHECK(world.run({"sql", "SELECT 1", "--warehouse", "mian"}) == Exit::not_found);
  CHECK(world.err.contains("did you mean 'main'?"));
}
