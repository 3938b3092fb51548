// Cuts a stream of bytes into lines, however it arrives.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace weir::process {

class LineSplitter {
 public:
  using Sink = std::function<void(std::string_view)>;
  static constexpr std::size_t line_bytes_max = 64 * 1024;

  /// Hands each complete line to `sink`, without its newline; a longer line than the limit in pieces.
  void feed(std::string_view bytes, const Sink& sink);

  /// Hands over a last line that had no newline.
  void finish(const Sink& sink);

 private:
  std::string rest_{};
};

}  // namespace weir::process
