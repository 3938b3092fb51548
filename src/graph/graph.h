// A flow as a picture sees it: named nodes, edges between them, and short remarks. Made from what an author declared,
// and drawn by the other files of this folder; nothing here knows about runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow.h"

namespace weir::graph {

using Index = std::uint32_t;

/// How a task differs from one that runs once, when all before it have succeeded: {"retries", "2"}.
struct Mark {
  std::string name{};
  std::string text{};
};

struct Node {
  std::string key{};
  std::string kind{};
  std::vector<Mark> marks{};
};

enum class EdgeKind : std::uint8_t {
  data,   ///< `to` reads the result of `from`
  order,  ///< `to` only waits for `from`
};

struct Edge {
  Index from = 0;
  Index to = 0;
  EdgeKind kind = EdgeKind::order;
};

/// All texts are one line of well-formed UTF-8 without control characters. There is no circle, and at most one edge
/// between two nodes.
struct Graph {
  std::string flow{};
  std::vector<Node> nodes{};           ///< in the order of declaration
  std::vector<Edge> edges{};           ///< by `to`, then in the order in which it was said to wait
  std::optional<Index> grows_after{};  ///< tasks are added at run time, once this one has ended
};

/// `flow` must have been checked: upstreams exist, and there is no circle. `grows_after` is the key of one of its tasks.
Graph graph_of(const core::FlowSpec& flow, const std::optional<std::string>& grows_after = {});

std::string_view name_of(EdgeKind kind);  ///< "data", "order"

/// "retries 2 · timeout 10m", with `separator` in between; "" for a node without marks.
std::string marks_text(const Node& node, std::string_view separator = " · ");

/// "grows at run time after ingest"; the graph must grow.
std::string growth_text(const Graph& graph);

/// The nodes behind each node, in the order of the edges: indices into graph.edges.
std::vector<std::vector<Index>> edges_from(const Graph& graph);

}  // namespace weir::graph
