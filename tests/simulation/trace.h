// What happened, line by line, for people. Off, it costs one test; a seed that failed is run again with it on.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "timeline.h"

namespace weir::sim {

class Trace {
 public:
  Trace(const Timeline& timeline, bool on) : timeline_(timeline), on_(on) {}

  bool is_on() const { return on_; }

  template <class... Values>
  void operator()(fmt::format_string<Values...> line, Values&&... values) {
    if (!on_) return;
    double seconds = std::chrono::duration<double>(timeline_.now()).count();
    lines_.push_back(
        fmt::format("{:>12.6f}  {}", seconds, fmt::format(line, std::forward<Values>(values)...)));
  }

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  const Timeline& timeline_;
  bool on_;
  std::vector<std::string> lines_;
};

}  // namespace weir::sim
