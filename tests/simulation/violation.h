// A promise that was seen broken, as one sentence. Thrown where it is seen, and through production code when
// one of its own invariants (WEIR_CHECK) broke.
#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace weir::sim {

class Violation final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Values>
[[noreturn]] void violate(fmt::format_string<Values...> sentence, Values&&... values) {
  throw Violation(fmt::format(sentence, std::forward<Values>(values)...));
}

template <class... Values>
void demand(bool holds, fmt::format_string<Values...> sentence, Values&&... values) {
  if (!holds) violate(sentence, std::forward<Values>(values)...);
}

}  // namespace weir::sim
