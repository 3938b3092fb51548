// databricks.create_scope and databricks.put_secret. The value of a secret is never an input, since inputs are written
// down: a task says which environment variable of weir's process holds it.
#include <fmt/format.h>

#include "databricks/client/secret_requests.h"
#include "databricks/operations/given.h"
#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

Step prepare_scope(const Task& task) {
  Given given(task.inputs);
  given.text("scope");
  if (auto bad = given.problem()) return refused(*bad);
  return commit(task.inputs);
}

Step create_scope(const Task&, const json& plan, bool) {
  auto request = requests::create_scope(plan);
  request.repeatable = true;  // the second finds it there
  return ask(std::move(request), [scope = string_or(plan, "scope", "")](const Answer& answer) {
    bool is_there = answer || answer.error().error.code == Code::conflict;
    return is_there ? done({{"scope", scope}}) : refused(answer.error());
  });
}

Step prepare_secret(const Task& task) {
  Given given(task.inputs);
  auto scope = given.text("scope");
  auto key = given.text("key");
  const json* value = given.any("value");
  auto variable = value ? string_or(*value, "env", "") : "";
  if (variable.empty() || value->get_object().size() != 1) {
    given.refuse("/value", "the value of a secret is given by the name of an environment variable",
                 "write value: {env: NAME}, so that the secret itself is never written down");
  } else if (!task.environment(variable)) {
    given.refuse("/value/env", fmt::format("the environment variable {} is not set", variable));
  }
  if (auto bad = given.problem()) return refused(*bad);
  return commit({{"scope", scope}, {"key", key}, {"env", variable}});
}

Step put_secret(const Task& task, const json& plan, bool) {
  auto scope = string_or(plan, "scope", "");
  auto key = string_or(plan, "key", "");
  auto variable = string_or(plan, "env", "");
  auto value = task.environment(variable);
  if (!value) return failed(fmt::format("the environment variable {} is not set", variable));
  return ask(requests::put_secret(scope, key, *value), [=](const Answer& answer) {
    return answer ? done({{"scope", scope}, {"key", key}}) : refused(answer.error());
  });
}

}  // namespace

std::vector<Operation> secret_operations() {
  Operation scope{
      .kind = {.name = "databricks.create_scope",
               .summary = "Creates a scope of secrets, unless it is there",
               .fields = {{.name = "scope", .type = string, .required = true, .summary = "its name"},
                          {.name = "initial_manage_principal",
                           .type = string,
                           .summary = "users: everybody may manage it"},
                          {.name = "scope_backend_type",
                           .type = string,
                           .summary = "DATABRICKS or AZURE_KEYVAULT"},
                          {.name = "backend_azure_keyvault",
                           .type = object,
                           .summary = "resource_id and dns_name"}},
               .shorthand = "scope"},
      .prepare = prepare_scope,
      .begin = create_scope};
  Operation secret{
      .kind = {.name = "databricks.put_secret",
               .summary = "Puts a secret into a scope",
               .fields = {{.name = "scope", .type = string, .required = true, .summary = "that exists"},
                          {.name = "key", .type = string, .required = true, .summary = "name of the secret"},
                          {.name = "value",
                           .type = object,
                           .required = true,
                           .summary =
                               "{env: NAME}: the environment variable of weir's process that holds it"}}},
      .prepare = prepare_secret,
      .begin = put_secret};
  return {scope, secret};
}

}  // namespace weir::databricks::operations
