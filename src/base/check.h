// Assertions for programmer errors. They stay on in every build: a broken invariant in a durable engine is
// worse than a stopped process, which can be resumed.
#pragma once

namespace weir {

[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace weir

#define WEIR_CHECK(condition, why) \
  ((condition) ? static_cast<void>(0) : ::weir::check_failed(#condition, why, __FILE__, __LINE__))
