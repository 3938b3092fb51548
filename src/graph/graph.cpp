#include "graph/graph.h"

#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/check.h"
#include "graph/marks.h"
#include "graph/text.h"

namespace weir::graph {
namespace {

using Positions = std::unordered_map<std::string_view, Index>;

Positions positions_of(const std::vector<core::TaskSpec>& tasks) {
  Positions positions;
  positions.reserve(tasks.size());
  for (Index i = 0; i < tasks.size(); ++i) positions.emplace(tasks[i].key, i);
  return positions;
}

Index position_of(const Positions& positions, std::string_view key) {
  auto found = positions.find(key);
  WEIR_CHECK(found != positions.end(), "a checked flow has every task that it names");
  return found->second;
}

/// The tasks whose results this one reads, wherever it does.
std::unordered_set<std::string> read_by(const core::TaskSpec& task) {
  std::unordered_set<std::string> keys;
  auto look_in = [&](const json& compiled) {
    for (auto& key : core::data_upstreams(compiled)) keys.insert(std::move(key));
  };
  look_in(task.inputs);
  if (task.map) look_in(*task.map);
  if (const auto& when = task.policy.when) {
    look_in(when->value);
    look_in(when->operand);
  }
  if (const auto& cache = task.policy.cache; cache && cache->key) look_in(*cache->key);
  return keys;
}

void append_edges(std::vector<Edge>& edges, const core::TaskSpec& task, Index to,
                  const Positions& positions) {
  auto is_read = read_by(task);
  for (const auto& upstream : task.upstreams) {
    auto kind = is_read.contains(upstream) ? EdgeKind::data : EdgeKind::order;
    edges.push_back({position_of(positions, upstream), to, kind});
  }
}

}  // namespace

Graph graph_of(const core::FlowSpec& flow, const std::optional<std::string>& grows_after) {
  Graph graph{.flow = one_line(flow.name)};
  auto positions = positions_of(flow.tasks);
  graph.nodes.reserve(flow.tasks.size());
  for (Index i = 0; i < flow.tasks.size(); ++i) {
    const auto& task = flow.tasks[i];
    graph.nodes.push_back({one_line(task.key), one_line(task.kind), marks_of(task)});
    append_edges(graph.edges, task, i, positions);
  }
  if (grows_after) graph.grows_after = position_of(positions, *grows_after);
  return graph;
}

std::string_view name_of(EdgeKind kind) { return kind == EdgeKind::data ? "data" : "order"; }

std::string marks_text(const Node& node, std::string_view separator) {
  std::string text;
  for (const auto& [name, value] : node.marks) {
    if (!text.empty()) text += separator;
    text += value.empty() ? name : fmt::format("{} {}", name, value);
  }
  return text;
}

std::string growth_text(const Graph& graph) {
  return fmt::format("grows at run time after {}", graph.nodes[graph.grows_after.value()].key);
}

std::vector<std::vector<Index>> edges_from(const Graph& graph) {
  std::vector<std::vector<Index>> leaving(graph.nodes.size());
  for (Index i = 0; i < graph.edges.size(); ++i) leaving[graph.edges[i].from].push_back(i);
  return leaving;
}

}  // namespace weir::graph
