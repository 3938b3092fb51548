#include "graph/dot.h"

#include <fmt/format.h>

namespace weir::graph {
namespace {

/// A quoted identifier. Graphviz keeps a backslash as it is, except before a quote; doubled, it can end the text.
std::string dot_text(std::string_view text) {
  std::string id = "\"";
  for (char c : text) id += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return id + '"';
}

/// Labels know escapes and the entities of HTML.
std::string escaped(std::string_view text) {
  std::string label;
  for (char c : text)
    label += c == '&' ? "&amp;" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return label;
}

std::string label_of(const Node& node) {
  std::string label = escaped(node.key);
  if (!node.kind.empty()) label += "\\n" + escaped(node.kind);
  if (!node.marks.empty()) label += "\\n" + escaped(marks_text(node));
  return label;
}

}  // namespace

std::string dot_of(const Graph& graph) {
  std::string out = fmt::format("digraph {} {{\n", dot_text(graph.flow));
  out += "  rankdir=LR\n  node [shape=box, style=rounded, fontname=\"sans-serif\"]\n";
  for (const auto& node : graph.nodes) {
    out += fmt::format("  {} [label=\"{}\"]\n", dot_text(node.key), label_of(node));
  }
  for (const auto& edge : graph.edges) {
    out +=
        fmt::format("  {} -> {}{}\n", dot_text(graph.nodes[edge.from].key),
                    dot_text(graph.nodes[edge.to].key), edge.kind == EdgeKind::data ? "" : " [style=dashed]");
  }
  if (graph.grows_after) {
    // No task can have this name: a blank is not allowed in one.
    out +=
        fmt::format("  \"and more\" [label=\"{}\", style=\"rounded,dashed\"]\n", escaped(growth_text(graph)));
    out +=
        fmt::format("  {} -> \"and more\" [style=dashed]\n", dot_text(graph.nodes[*graph.grows_after].key));
  }
  return out + "}\n";
}

}  // namespace weir::graph
