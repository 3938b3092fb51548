// The arguments of task calls as the templates of the core: see core/template.h.
#include <algorithm>

#include <fmt/format.h>

#include <weir/detail/body.h>
#include <weir/error.h>

#include "core/template.h"

namespace weir::detail {
json hole(const std::string& key) {
  auto bracket = key.find('[');
  if (bracket == std::string::npos) return core::hole({"tasks", key, "result"});
  std::string element = key.substr(bracket + 1, key.size() - bracket - 2);
  return core::hole({"tasks", key.substr(0, bracket), "result", element});
}

/// Keys that start with "$" mean something in compiled templates: an object that has one is wrapped.
json literal(const json& value) {
  if (const auto* array = value.if_array()) {
    JsonArray items;
    items.reserve(array->size());
    for (const auto& item : *array) items.push_back(literal(item));
    return items;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  JsonObject members;
  bool has_dollar = false;
  for (const auto& [key, member] : *object) {
    has_dollar = has_dollar || key.starts_with('$');
    members[key] = literal(member);
  }
  return has_dollar ? json{{"$literal", std::move(members)}} : json(std::move(members));
}

void compile_map(std::vector<MapArgument> arguments, Declaration& declaration) {
  auto mapped = std::ranges::count_if(arguments, &MapArgument::mapped);
  if (mapped == 0) {
    throw FlowError(fmt::format(
        "task '{}': map() was given nothing to walk along; an argument must be a list, a future of one, "
        "a mapped future, or weir::each(…)",
        declaration.name));
  }
  JsonArray inputs;
  JsonObject lists;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto& [compiled, is_mapped] = arguments[i];
    if (!is_mapped) {
      inputs.push_back(std::move(compiled));
    } else if (mapped == 1) {
      declaration.map = std::move(compiled);
      inputs.push_back(core::hole({"item"}));
    } else {
      std::string name = fmt::format("argument{}", i + 1);
      lists[name] = std::move(compiled);
      inputs.push_back(core::hole({"item", name}));
    }
  }
  if (mapped > 1) declaration.map = std::move(lists);
  declaration.inputs = std::move(inputs);
}

}  // namespace weir::detail
