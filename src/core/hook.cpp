#include "core/hook.h"

#include <array>

namespace weir::core {
namespace {

constexpr auto names = std::to_array<std::string_view>({"success", "failure", "cancel", "retry", "end"});

}  // namespace

std::string_view name_of(Hook::On on) { return names[static_cast<std::size_t>(on)]; }

std::optional<Hook::On> hook_from(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Hook::On>(i);
  }
  return std::nullopt;
}

bool is_for(Hook::On on, TaskState state) {
  switch (on) {
    case Hook::On::success:
      return state == TaskState::succeeded;
    case Hook::On::failure:
      return state == TaskState::failed || state == TaskState::upstream_failed;
    case Hook::On::cancel:
      return state == TaskState::cancelled;
    case Hook::On::retry:
      return state == TaskState::retrying;
    case Hook::On::end:
      return is_terminal(state);
  }
  return false;
}

json to_json(const std::vector<Hook>& hooks) {
  JsonArray array;
  for (const auto& hook : hooks) {
    array.push_back({{"on", name_of(hook.on)}, {"argv", JsonArray(hook.argv.begin(), hook.argv.end())}});
  }
  return array;
}

std::vector<Hook> hooks_from(const json& value) {
  std::vector<Hook> hooks;
  const auto* array = value.if_array();
  if (!array) return hooks;
  for (const auto& item : *array) {
    auto on = hook_from(string_or(item, "on", ""));
    const json* argv = find(item, "argv");
    if (!on || !argv || !argv->is_array()) continue;
    Hook hook{*on, {}};
    for (const auto& argument : argv->get_array()) {
      if (const auto* text = argument.if_string()) hook.argv.emplace_back(*text);
    }
    hooks.push_back(std::move(hook));
  }
  return hooks;
}

}  // namespace weir::core
