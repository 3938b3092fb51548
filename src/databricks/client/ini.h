// The little of INI that ~/.databrickscfg uses: [sections] with "key = value" lines, and comments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace weir::databricks {

struct IniSection {
  std::string name{};
  std::vector<std::pair<std::string, std::string>> values{};

  /// The last value of that key; nullopt when it is missing or empty.
  std::optional<std::string> value(std::string_view key) const;
};

/// Lines that start with # or ; are comments, and so is the rest of a line after " #" (a bare # may be part
/// of a password). Lines before the first section belong to "DEFAULT". A section that appears twice is one
/// section. Errors (Code::invalid) start with the line number: "3: expected 'key = value'".
Result<std::vector<IniSection>> parse_ini(std::string_view text);

}  // namespace weir::databricks
