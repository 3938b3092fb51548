// The last lines that an attempt printed: what is shown when it ends. The log has them all.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weir::cli {

struct OutputTail {
  static constexpr std::size_t lines_max = 30;

  std::vector<std::string> lines{};
  std::size_t dropped = 0;  ///< lines before these

  void add(std::string line) {
    if (lines.size() == lines_max) {
      lines.erase(lines.begin());
      ++dropped;
    }
    lines.push_back(std::move(line));
  }
};

}  // namespace weir::cli
