#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "yaml/hooks.h"
#include "yaml/property.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

template <core::Hook::On on>
void read(const Member& member, TaskDraft& draft, Faults& faults) {
  if (auto hook = read_hook(on, member, faults)) draft.spec.policy.hooks.push_back(std::move(*hook));
}

constexpr auto properties = std::to_array<Property>({
    {"on_success", read<core::Hook::On::success>},
    {"on_failure", read<core::Hook::On::failure>},
    {"on_cancel", read<core::Hook::On::cancel>},
    {"on_retry", read<core::Hook::On::retry>},
    {"on_end", read<core::Hook::On::end>},
});

}  // namespace

std::span<const Property> hook_properties() { return properties; }

std::optional<core::Hook> read_hook(core::Hook::On on, const Member& member, Faults& faults) {
  core::Hook hook{on, {}};
  for (auto& argument : read_texts(member.name, *member.value, faults))
    hook.argv.push_back(std::move(argument.text));
  if (!hook.argv.empty()) return hook;
  faults.add(member.name_at, fmt::format("'{}' names no program", member.name),
             fmt::format("for example {}: [./notify.sh, data-team]", member.name));
  return std::nullopt;
}

std::vector<core::Hook> read_run_hooks(const Node& root, Faults& faults) {
  std::vector<core::Hook> hooks;
  for (auto on :
       {core::Hook::On::success, core::Hook::On::failure, core::Hook::On::cancel, core::Hook::On::end}) {
    const Member* member = find_member(root, fmt::format("on_{}", core::name_of(on)));
    if (!member) continue;
    if (auto hook = read_hook(on, *member, faults)) hooks.push_back(std::move(*hook));
  }
  return hooks;
}

}  // namespace weir::yaml
