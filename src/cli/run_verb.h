// weir run: execute a flow and follow it. weir runs resume: go on with a run whose process is gone.
#pragma once

#include <string>
#include <vector>

#include <weir/flow.h>

#include "cli/verb.h"

namespace weir::cli {

/// The flows of a C++ program; empty for the weir binary, whose flows come from files.
struct Program {
  std::string name = "weir";
  std::vector<Flow> flows{};
};

void add_run_verb(Verb root, const Program& program);
void add_resume_verb(Verb runs, const Program& program);

}  // namespace weir::cli
