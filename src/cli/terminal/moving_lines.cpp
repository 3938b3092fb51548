#include "cli/terminal/moving_lines.h"

#include <fmt/format.h>

namespace weir::cli {

void MovingLines::erase() {
  if (drawn_ == 0) return;
  terminal_.control(fmt::format("\r\033[{}A\033[J", drawn_));
  drawn_ = 0;
}

void MovingLines::draw(std::span<const std::string> lines) {
  if (!terminal_.is_interactive()) return;
  std::string text = drawn_ == 0 ? "" : fmt::format("\r\033[{}A\033[J", drawn_);
  for (const auto& line : lines) text += terminal_.fit(line) + "\n";
  terminal_.control(text);
  drawn_ = lines.size();
}

}  // namespace weir::cli
