#include "cli/remote/sql_verb.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/session/with_client.h"
#include "cli/terminal/json_argument.h"
#include "cli/terminal/signals.h"
#include "databricks/client/statements.h"

namespace weir::cli {
namespace {

using databricks::Statements;
using databricks::Table;

struct Options {
  std::string query{};
  std::string warehouse{};
  std::string catalog{};
  std::string schema{};
  std::vector<std::string> parameters{};
};

Result<JsonArray> parameters_of(const Options& options) {
  JsonArray parameters;
  for (const auto& text : options.parameters) {
    auto equals = text.find('=');
    if (equals == text.npos || equals == 0) {
      return fail(Code::invalid, fmt::format("'{}' is no parameter", text), "write -p name=value");
    }
    parameters.push_back({{"name", text.substr(0, equals)}, {"value", text.substr(equals + 1)}});
  }
  return parameters;
}

Result<std::string> warehouse_of(const Options& options, const Statements& statements) {
  const char* variable = std::getenv("DATABRICKS_WAREHOUSE_ID");
  if (!options.warehouse.empty()) return statements.find_warehouse(options.warehouse);
  if (variable && *variable) return std::string(variable);
  return fail(Code::invalid, "no warehouse is named", "give --warehouse, or set DATABRICKS_WAREHOUSE_ID");
}

/// In the order of the columns; of two with one name the last.
json row_object(const Table& table, const JsonArray& row) {
  JsonObject object;
  for (std::size_t i = 0; i < table.columns.size() && i < row.size(); ++i)
    object[table.columns[i].name] = row[i];
  return object;
}

std::string cell(const json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? std::string(value.get_string()) : to_text(value);
}

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
               const Terminal& out) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += i + 1 == cells.size() ? cells[i] : fmt::format("{:<{}}  ", cells[i], widths[i]);
  }
  out.data(line);
}

void print(const Table& table, const Terminal& out) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& column : table.columns) lines.front().push_back(column.name);
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const auto& value : row) line.push_back(cell(value));
    line.resize(table.columns.size());
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const auto& line : lines) print_row(line, widths, out);
}

Exit run(const Options& options, const Statements& statements, const Terminal& out) {
  auto query = read_text(options.query);
  if (!query) return out.error(query.error());
  auto parameters = parameters_of(options);
  if (!parameters) return out.error(parameters.error());
  auto warehouse = warehouse_of(options, statements);
  if (!warehouse) return out.error(warehouse.error());
  JsonObject body{{"statement", *query}, {"warehouse_id", *warehouse}, {"wait_timeout", "5s"}};
  if (!parameters->empty()) body["parameters"] = std::move(*parameters);
  if (!options.catalog.empty()) body["catalog"] = options.catalog;
  if (!options.schema.empty()) body["schema"] = options.schema;
  block_termination_signals();
  auto table = statements.execute(std::move(body), sleep_unless_interrupted);
  if (!table) return out.error(table.error());
  if (out.as_json) {
    JsonArray rows;
    for (const auto& row : table->rows) rows.push_back(row_object(*table, row));
    out.data_json(rows);
  } else if (!table->columns.empty()) {
    print(*table, out);
  }
  if (table->truncated) out.say("the warehouse cut the result: ask for fewer rows");
  return Exit::ok;
}

}  // namespace

void add_sql_verb(Verb root, Connect connect) {
  root.verb("sql", "Run a SQL statement on a warehouse and print what it gives",
            [connect = std::move(connect)](Verb verb) {
              auto options = std::make_shared<Options>();
              verb.argument("QUERY", options->query, "the statement, or @FILE, or @- for standard input")
                  .option("--warehouse", options->warehouse, "id or name; default: DATABRICKS_WAREHOUSE_ID")
                  .option("-p,--parameter", options->parameters, "name=value, for :name in the statement")
                  .option("--catalog", options->catalog, "where names without one are looked for")
                  .option("--schema", options->schema, "likewise")
                  .runs([options, connect](Terminal& out) {
                    return with_client(connect, out, [&](const auto& client) {
                      return run(*options, Statements(client), out);
                    });
                  });
            });
}

}  // namespace weir::cli
