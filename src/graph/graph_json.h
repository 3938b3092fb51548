// A graph as JSON, for programs:
//
//   {"flow": "tutorial",
//    "nodes": [{"key": "daily", "kind": "databricks.submit_run", "marks": {"retries": "2"}}, …],
//    "edges": [{"from": "daily_config", "to": "daily", "kind": "data"}, …],
//    "grows_after": null}
//
// Nodes are in the order of declaration. An edge is of kind "data" when `to` reads the result of `from`, otherwise
// "order". `grows_after` is the key of the task after which a flow body goes on to add tasks; null when these are all.
#pragma once

#include "base/json.h"
#include "graph/graph.h"

namespace weir::graph {

json to_json(const Graph& graph);

}  // namespace weir::graph
