// The text of templates: where look-ups stand in a string, and how one is written. Part of template.h's work;
// other folders use that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "core/template.h"

namespace weir::core {

/// A stretch of a template: a look-up, or text when `path` is empty.
struct Piece {
  std::string text{};
  Path path{};
};

/// Cuts a string into its pieces; no two texts in a row, none empty. Errors name the look-up as it was
/// written.
Result<std::vector<Piece>> split_template(std::string_view text);

}  // namespace weir::core
