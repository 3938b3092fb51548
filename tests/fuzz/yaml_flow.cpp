// Flow files: whatever the text, there is either a flow that the engine can take and the store can keep, or faults
// with their places in the file.
#include <algorithm>
#include <charconv>
#include <ranges>

#include "core/event_codec.h"
#include "core/graph_check.h"
#include "core/template.h"
#include "target.h"
#include "yaml/flow_file.h"
#include "yaml/test_kinds.h"

namespace weir::fuzz {
namespace {

constexpr std::string_view file = "f";

std::optional<std::size_t> take_number(std::string_view& text) {
  std::size_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data() + text.size() || *end != ':') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

/// "f:7:3: …", with a seventh line that has room for a third column.
void check_place(std::string_view message, std::string_view text) {
  WEIR_CHECK(message.starts_with("f:"), "a fault names the file");
  message.remove_prefix(file.size() + 1);
  if (message.ends_with(" more problems")) return;
  auto line = take_number(message);
  auto column = take_number(message);
  WEIR_CHECK(line && column && *line >= 1 && *column >= 1, "a fault has a line and a column");
  auto lines = text | std::views::split('\n') | std::views::drop(*line - 1);
  WEIR_CHECK(!lines.empty() || (text.empty() && *line == 1), "the line exists");
  auto length = text.empty() ? 0 : static_cast<std::size_t>(std::ranges::distance(lines.front()));
  WEIR_CHECK(*column <= length + 1, "the column is in the line");
}

bool is_declared(const core::Lookup& found, const core::FlowSpec& flow, const core::TaskSpec& task) {
  if (found.path[0] == "parameters") return flow.parameters.contains(found.path[1]);
  if (found.path[0] == "item" || found.path[0] == "index") return task.map.has_value();
  return found.path[0] != "tasks" || std::ranges::count(task.upstreams, found.path[1]) == 1;
}

std::vector<json> templates_of(const core::TaskSpec& task) {
  std::vector<json> parts = {task.inputs};
  if (task.map) parts.push_back(*task.map);
  if (task.policy.when) parts.insert(parts.end(), {task.policy.when->value, task.policy.when->operand});
  if (task.policy.cache && task.policy.cache->key) parts.push_back(*task.policy.cache->key);
  return parts;
}

/// Nothing that could never start, nor wait longer than the engine can count.
void check_policy(const core::TaskSpec& task, const core::FlowSpec& flow) {
  const auto& policy = task.policy;
  WEIR_CHECK(policy.trigger.count <= task.upstreams.size(), "a counted rule has as many upstreams");
  WEIR_CHECK(policy.retry.jitter >= 0 && policy.retry.jitter <= 1, "jitter is a share");
  WEIR_CHECK(core::delay_before_retry(policy.retry, policy.retry.count + 1, ~std::uint64_t{0}) >= Duration{0},
             "every delay is one");
  for (const auto& use : policy.limits) {
    auto size = std::ranges::find(flow.limits, use.name, &core::LimitUse::name);
    WEIR_CHECK(use.slots > 0 && (size == flow.limits.end() || use.slots <= size->slots),
               "a share can be had");
  }
}

/// The store keeps it, and gives the same back.
void check_kept(const core::Fact& fact) {
  auto row = core::encode({Instant{}, fact});
  auto read = core::decode(row);
  WEIR_CHECK(read && core::encode(*read).body == row.body, "a declaration survives the store");
}

void check_flow(const core::FlowSpec& flow) {
  WEIR_CHECK(core::is_valid_name(flow.name), "the flow has a name");
  WEIR_CHECK(!flow.tasks.empty() && core::check_graph(flow.tasks), "the graph can run");
  WEIR_CHECK(core::in_order(flow.tasks).size() == flow.tasks.size(), "the graph has an order");
  check_kept(core::RunStarted{.flow = flow.name,
                              .parameters = flow.parameters,
                              .timeout = flow.timeout,
                              .run_limit = flow.run_limit,
                              .limits = flow.limits});
  for (const auto& task : flow.tasks) {
    WEIR_CHECK(core::is_valid_name(task.key), "every task has a key");
    WEIR_CHECK(std::ranges::count(yaml::test_kinds, task.kind, &core::Kind::name) == 1, "every kind exists");
    for (const auto& part : templates_of(task)) {
      for (const auto& found : core::lookups_in(part)) {
        WEIR_CHECK(is_declared(found, flow, task), "a task looks up only what is there and waits for it");
      }
    }
    check_policy(task, flow);
    check_kept(core::TaskAdded{.spec = std::make_shared<const core::TaskSpec>(task)});
  }
}

}  // namespace

void take_yaml_flow(std::string_view input) {
  auto flow = yaml::parse_flow(input, std::string(file), yaml::test_kinds);
  if (flow) return check_flow(*flow);
  WEIR_CHECK(!flow.error().empty(), "what is refused is refused for a reason");
  for (const auto& fault : flow.error()) check_place(fault.message, input);
}

}  // namespace weir::fuzz
