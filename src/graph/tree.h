// A graph as lines of text: below each task what waits for it.
//
//   tutorial · 5 tasks
//
//   ingest  databricks.run_now
//   └╌╌ daily  databricks.submit_run  retries 2
//       └╌╌ monthly  databricks.submit_run  retries 2
//   daily_config  value
//   └── daily ↑
//   monthly_config  value
//   └── monthly ↑
//
//   ── reads the result   ╌╌ only waits   ↑ shown above
#pragma once

#include <string>

#include "graph/graph.h"

namespace weir::graph {

enum class Charset : std::uint8_t { unicode, ascii };

/// Every task is shown once with what waits for it, and only named wherever else it belongs; every edge is one line.
/// Deep graphs go on further down instead of drifting to the right.
std::string tree_of(const Graph& graph, Charset charset);

}  // namespace weir::graph
