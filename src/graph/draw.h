// The formats a graph can be drawn in.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/tree.h"

namespace weir::graph {

enum class Format : std::uint8_t { tree, mermaid, dot, json, svg };

/// "tree", "mermaid", "dot", "json" or "svg". Errors (Code::invalid) name the nearest.
Result<Format> format_named(std::string_view name);

/// By the ending of a file's name: ".svg", ".json", ".dot" or ".gv", ".mmd" or ".mermaid"; anything else is a tree.
Format format_for_file(std::string_view file);

/// Ends with a new line. `charset` counts for trees.
std::string draw(const Graph& graph, Format format, Charset charset);

}  // namespace weir::graph
