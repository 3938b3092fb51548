// weir graph: a flow as a picture, without running it.
#pragma once

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

void add_graph_verb(Verb root, const Program& program);

}  // namespace weir::cli
