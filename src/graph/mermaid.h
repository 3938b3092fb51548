// A graph as a Mermaid flowchart, which GitHub, GitLab and many editors draw inside of Markdown. An edge that only
// orders is dotted.
#pragma once

#include <string>

#include "graph/graph.h"

namespace weir::graph {

/// Viewers refuse more edges than this unless they are configured otherwise.
constexpr std::size_t mermaid_edges_usual_max = 500;

std::string mermaid_of(const Graph& graph);

}  // namespace weir::graph
