// weir limits: how many attempts may be under way at a time that count against a name, in every process that shares
// the state folder.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_limits_verbs(Verb root);

}  // namespace weir::cli
