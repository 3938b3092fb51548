#include "databricks/operations/statement_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/statement_requests.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

json typed_parameter(std::string_view name, const json& value) {
  JsonObject parameter{{"name", name}};
  if (value.is_null()) return parameter;
  if (value.is_int64() || value.is_uint64()) parameter["type"] = "BIGINT";
  if (value.is_double()) parameter["type"] = "DOUBLE";
  if (value.is_bool()) parameter["type"] = "BOOLEAN";
  if (value.is_string()) parameter["value"] = value;
  if (value.is_double()) parameter["value"] = fmt::format("{}", value.get_double());
  if (!parameter.contains("value")) parameter["value"] = to_text(value);
  return parameter;
}

json parameters_of(Given& given) {
  const json& parameters = *given.any("parameters");
  if (parameters.is_array()) return parameters;
  if (!parameters.is_object()) {
    given.refuse("/parameters", "parameters are an object, or an array as the API has it");
    return nullptr;
  }
  JsonArray array;
  for (const auto& [name, value] : parameters.get_object()) {
    if (value.is_structured()) {
      given.refuse("/parameters" + core::pointer_step(name),
                   fmt::format("a parameter cannot be {}", core::type_phrase(value)), "pass its JSON text");
    }
    array.push_back(typed_parameter(name, value));
  }
  return array;
}

Step look(std::string statement_id, std::function<Step(const json&)> then) {
  return ask(requests::statement(statement_id), [=](const Answer& answer) {
    if (is_missing(answer)) {
      return unknown(fmt::format("the workspace does not know statement {} any more", statement_id),
                     {{"statement_id", statement_id}});
    }
    if (!answer) return refused(answer.error());
    auto state = statement_state(*answer);
    if (state == "SUCCEEDED" || state == "FAILED" || state == "CANCELED" || state == "CLOSED")
      return then(*answer);
    return pause(fmt::format("statement {} is {}", statement_id, state),
                 [=] { return look(statement_id, then); });
  });
}

Result<std::string> choose_warehouse(std::string_view wanted, const json& answer) {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  const json* warehouses = find(answer, "warehouses");
  for (const auto& warehouse : warehouses && warehouses->is_array() ? warehouses->get_array() : JsonArray()) {
    auto id = string_or(warehouse, "id", "");
    auto name = string_or(warehouse, "name", "");
    if (id == wanted) return id;
    if (name == wanted) ids.push_back(id);
    names.push_back(std::move(name));
  }
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) {
    return fail(Code::not_found, fmt::format("there is no warehouse '{}'", wanted), suggest(wanted, names));
  }
  return fail(Code::invalid, fmt::format("{} warehouses are called '{}'", ids.size(), wanted),
              fmt::format("give warehouse_id instead: {}", fmt::join(ids, ", ")));
}

}  // namespace

std::vector<core::Field> statement_fields() {
  return {
      {.name = "warehouse",
       .type = string,
       .summary = "name or id of the SQL warehouse that runs it; default: DATABRICKS_WAREHOUSE_ID"},
      {.name = "warehouse_id", .type = string, .summary = "its id; or give warehouse"},
      {.name = "parameters", .summary = "values of :name in it: an object, or an array as the API has it"},
      {.name = "catalog", .type = string, .summary = "where tables are looked for"},
      {.name = "schema", .type = string, .summary = "and in which schema"}};
}

Step with_warehouse(const Task& task, std::function<Step(const std::string&)> then) {
  Given given(task.inputs);
  given.not_together("warehouse", "warehouse_id", "keep one of them");
  auto id = given.text_or("warehouse_id", "");
  auto name = given.text_or("warehouse", "");
  if (id.empty() && name.empty()) id = task.environment("DATABRICKS_WAREHOUSE_ID").value_or("");
  if (id.empty() && name.empty()) {
    given.refuse("", "no warehouse is named",
                 "give warehouse: its name or id, or set DATABRICKS_WAREHOUSE_ID");
  }
  if (auto bad = given.problem()) return refused(*bad);
  if (name.empty()) return then(id);
  return ask(requests::warehouses(), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto chosen = choose_warehouse(name, *answer);
    return chosen ? then(*chosen) : refused(chosen.error());
  });
}

json statement_body(Given& given, const std::string& statement) {
  JsonObject body{{"statement", statement}};
  for (auto name : {"catalog", "schema"}) {
    if (given.has(name)) body[name] = given.text(name);
  }
  if (given.has("parameters")) body["parameters"] = parameters_of(given);
  // Its id is wanted at once: without it, nobody could find the statement again.
  body["wait_timeout"] = "0s";
  body["disposition"] = "INLINE";
  body["format"] = "JSON_ARRAY";
  return body;
}

Step until_finished(std::string statement_id, std::function<Step(const json&)> then) {
  return look(std::move(statement_id), std::move(then));
}

std::string statement_state(const json& statement) {
  const json* status = find(statement, "status");
  return status ? string_or(*status, "state", "UNKNOWN") : "UNKNOWN";
}

std::string statement_error(const json& statement) {
  const json* status = find(statement, "status");
  const json* error = status ? find(*status, "error") : nullptr;
  return error ? string_or(*error, "message", "") : "";
}

Step statement_failed(const json& statement) {
  auto message = statement_error(statement);
  auto state = statement_state(statement);
  const json* error = find(*find(statement, "status"), "error");
  auto code = error ? string_or(*error, "error_code", "") : "";
  bool may_pass = code == "TEMPORARILY_UNAVAILABLE" || code == "RESOURCE_EXHAUSTED" ||
                  code == "DEADLINE_EXCEEDED" || code == "INTERNAL_ERROR" ||
                  code == "SERVICE_UNDER_MAINTENANCE" || code == "IO_ERROR";
  return failed(
      message.empty() ? fmt::format("the statement was {}", state) : message, may_pass,
      {{"statement_id", string_or(statement, "statement_id", "")}, {"state", state}, {"error_code", code}});
}

}  // namespace weir::databricks::operations
