// Places where the simulator can plant a bug, to prove that its checkers would see it. In every other build
// the condition is the constant false, and nothing of it is compiled.
#pragma once

#ifdef WEIR_PLANT

#include <string_view>

namespace weir {

inline std::string_view planted_bug;        ///< the one that is in force; empty: none
inline unsigned long planted_bug_hits = 0;  ///< how often its place was reached

inline bool is_planted(std::string_view name) {
  if (name != planted_bug) return false;
  ++planted_bug_hits;
  return true;
}

}  // namespace weir

#define WEIR_BUG(name) (::weir::is_planted(name))

#else

#define WEIR_BUG(name) (false)

#endif
