// yaml-cpp's complaints in words that say what to do, at the place where the mistake is rather than where the
// parser gave up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "yaml/faults.h"

namespace weir::yaml {

struct SyntaxProblem {
  Position at = 0;
  std::string message{};                   ///< of yaml-cpp
  Position last_event = 0;                 ///< start of the last thing that was understood
  std::optional<Position> open_bracket{};  ///< the innermost, as an offset below text.size()
};

void add_syntax_fault(Faults& faults, std::string_view text, const SyntaxProblem& problem);

}  // namespace weir::yaml
