// A graph in the language of Graphviz: weir graph --format dot flow.yaml | dot -Tpdf > flow.pdf. An edge that only
// orders is dashed.
#pragma once

#include <string>

#include "graph/graph.h"

namespace weir::graph {

std::string dot_of(const Graph& graph);

}  // namespace weir::graph
