#include "graph/mermaid.h"

#include <fmt/format.h>

#include "base/json.h"

namespace weir::graph {
namespace {

bool is_word(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at]));
}

/// Mermaid reads quoted labels as HTML and, in some versions, as Markdown and icon names: everything but plain
/// characters becomes an entity. An underscore inside of a word means nothing in Markdown and stays readable.
bool is_plain(std::string_view text, std::size_t at) {
  char c = text[at];
  if (c == '_') return at > 0 && is_word(text, at - 1) && is_word(text, at + 1);
  bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
  return beyond_ascii || is_word(text, at) || std::string_view(" .,-=/()").find(c) != std::string_view::npos;
}

std::string escaped(std::string_view text) {
  std::string label;
  for (std::size_t i = 0; i < text.size(); ++i) {
    label += is_plain(text, i) ? std::string(1, text[i]) : fmt::format("#{};", static_cast<int>(text[i]));
  }
  return label;
}

std::string label_of(const Node& node) {
  std::string label = escaped(node.key);
  if (!node.kind.empty()) label += "<br/>" + escaped(node.kind);
  if (!node.marks.empty()) label += "<br/>" + escaped(marks_text(node));
  return label;
}

}  // namespace

std::string mermaid_of(const Graph& graph) {
  std::string out = fmt::format("---\ntitle: {}\n---\nflowchart LR\n", to_text(json(graph.flow)));
  for (Index i = 0; i < graph.nodes.size(); ++i) {
    out += fmt::format("  t{}[\"{}\"]\n", i, label_of(graph.nodes[i]));
  }
  for (const auto& edge : graph.edges) {
    out += fmt::format("  t{} {} t{}\n", edge.from, edge.kind == EdgeKind::data ? "-->" : "-.->", edge.to);
  }
  if (graph.grows_after) {
    out += fmt::format("  more[\"{}\"]:::open\n  t{} -.-> more\n  classDef open stroke-dasharray: 5 4\n",
                       escaped(growth_text(graph)), *graph.grows_after);
  }
  return out;
}

}  // namespace weir::graph
