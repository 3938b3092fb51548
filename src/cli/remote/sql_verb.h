// weir sql: a statement on a SQL warehouse.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

void add_sql_verb(Verb root, Connect connect);

}  // namespace weir::cli
