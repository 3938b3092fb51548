// A graph as an SVG picture that needs no other program: it follows the light or dark scheme of whoever shows it, and
// tells a task's full texts to the mouse. An edge that only orders is dashed.
#pragma once

#include <string>

#include "graph/graph.h"

namespace weir::graph {

std::string svg_of(const Graph& graph);

}  // namespace weir::graph
