// weir kinds: every kind of task there is, and the fields of its inputs. The Python face is made of what it prints.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_kinds_verb(Verb root);

}  // namespace weir::cli
