// The whole command line, for the weir binary and for C++ programs with flows of their own.
#pragma once

#include "cli/terminal/program.h"

namespace weir::cli {

int run_app(int argc, char** argv, Program program);

}  // namespace weir::cli
