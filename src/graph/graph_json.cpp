#include "graph/graph_json.h"

namespace weir::graph {
namespace {

json to_json(const Node& node) {
  JsonObject marks;
  for (const auto& [name, text] : node.marks) marks[name] = text;
  return JsonObject{{"key", node.key}, {"kind", node.kind}, {"marks", std::move(marks)}};
}

}  // namespace

json to_json(const Graph& graph) {
  JsonArray nodes;
  nodes.reserve(graph.nodes.size());
  for (const auto& node : graph.nodes) nodes.push_back(to_json(node));
  JsonArray edges;
  edges.reserve(graph.edges.size());
  for (const auto& [from, to, kind] : graph.edges) {
    edges.push_back(JsonObject{
        {"from", graph.nodes[from].key}, {"to", graph.nodes[to].key}, {"kind", json(name_of(kind))}});
  }
  json grows_after = graph.grows_after ? json(graph.nodes[*graph.grows_after].key) : json(nullptr);
  return JsonObject{{"flow", graph.flow},
                    {"nodes", std::move(nodes)},
                    {"edges", std::move(edges)},
                    {"grows_after", std::move(grows_after)}};
}

}  // namespace weir::graph
