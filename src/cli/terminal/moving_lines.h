// The lines at the bottom of a terminal that are drawn again and again, below everything that stays.
#pragma once

#include <span>
#include <string>

#include "cli/terminal/terminal.h"

namespace weir::cli {

/// Nothing happens where standard error is no terminal.
class MovingLines {
 public:
  explicit MovingLines(const Terminal& terminal) : terminal_(terminal) {}

  /// Before anything else is written.
  void erase();

  /// In place of those that were there.
  void draw(std::span<const std::string> lines);

 private:
  const Terminal& terminal_;
  std::size_t drawn_ = 0;
};

}  // namespace weir::cli
