// The command line of a program that holds flows: run, graph, validate, runs list|show|logs|resume, workspace,
// jobs, fs, version; the same verbs as the weir binary's.
#pragma once

#include <vector>

#include <weir/flow.h>

namespace weir {

/// Returns the exit code: 0 ok, 1 a run failed, 2 usage or definition error, 3 not found, 4 authentication,
/// 5 remote or network, 6 timeout, 130 interrupted.
int main(int argc, char** argv, const std::vector<Flow>& flows);

inline int main(int argc, char** argv, const Flow& flow) { return main(argc, argv, std::vector<Flow>{flow}); }

}  // namespace weir
