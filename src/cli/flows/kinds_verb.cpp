#include "cli/flows/kinds_verb.h"

#include <fmt/format.h>

#include "cli/session/session.h"

namespace weir::cli {
namespace {

json to_json(const std::vector<core::Field>& fields) {
  JsonArray array;
  for (const auto& field : fields) {
    array.push_back({{"name", field.name},
                     {"type", core::name_of(field.type)},
                     {"required", field.required},
                     {"summary", field.summary}});
  }
  return array;
}

json to_json(const core::Kind& kind) {
  return {{"name", kind.name},
          {"summary", kind.summary},
          {"fields", to_json(kind.fields)},
          {"open", kind.open},
          {"shorthand", kind.shorthand},
          {"result_name", kind.result_name},
          {"result", to_json(kind.result)}};
}

Exit list_kinds(const Terminal& terminal) {
  auto kinds = known_kinds();
  if (terminal.as_json) {
    JsonArray array;
    for (const auto& kind : kinds) array.push_back(to_json(kind));
    terminal.data_json(array);
    return Exit::ok;
  }
  for (const auto& kind : kinds) {
    terminal.data(fmt::format("{}: {}", terminal.ink(Terminal::Ink::bold, kind.name), kind.summary));
    for (const auto& field : kind.fields) {
      terminal.data(fmt::format("  {:<22}{:<10}{}{}", field.name, core::name_of(field.type),
                                field.required ? "required; " : "", field.summary));
    }
  }
  return Exit::ok;
}

}  // namespace

void add_kinds_verb(Verb root) {
  root.verb("kinds", "List the kinds of task and the fields of their inputs",
            [](Verb verb) { verb.runs(list_kinds); });
}

}  // namespace weir::cli
