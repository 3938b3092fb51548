#include "cli/terminal/byte_meter.h"

#include <array>

#include <fmt/format.h>

namespace weir::cli {
namespace {

constexpr std::chrono::milliseconds between{100};
constexpr auto erase_line = "\r\x1b[K";

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr auto units = std::to_array<std::string_view>({"KiB", "MiB", "GiB", "TiB"});
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return fmt::format("{:.{}f} {}", amount, amount < 10 ? 1 : 0, units[unit]);
}

void ByteMeter::at(std::uint64_t bytes) {
  auto now = std::chrono::steady_clock::now();
  if (!terminal_.is_interactive() || now < next_) return;
  next_ = now + between;
  shown_ = true;
  auto far = total_ > 0 ? fmt::format("{} of {}", size_text(bytes), size_text(total_)) : size_text(bytes);
  terminal_.control(erase_line + terminal_.fit(fmt::format("{}  {}", what_, far)));
}

ByteMeter::~ByteMeter() {
  if (shown_) terminal_.control(erase_line);
}

}  // namespace weir::cli
