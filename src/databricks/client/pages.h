// Some answers are cut to 100 items per array and continued behind a next_page_token.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace weir::databricks {

/// The token of the page after this one; nullopt when it is the last.
std::optional<std::string> next_page_token(const json& page);

/// Appends the arrays of `next` (its own and those of its `settings`) to those of `whole`, and takes over
/// whether there is more to come.
void append_page(json& whole, const json& next);

}  // namespace weir::databricks
