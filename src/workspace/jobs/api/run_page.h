// GET /: one page for people, where run_page_url leads.
#pragma once

#include "workspace/rest/router.h"

namespace weir::workspace {

/// Open to everybody, because it holds nothing: the page asks for the token and reads the API with it.
void add_run_page(Router& router);

}  // namespace weir::workspace
