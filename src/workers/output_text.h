// The end of what a process prints, which is what people want of it.
#pragma once

#include <string>
#include <string_view>

namespace weir::workers {

/// The last `count` lines of `text`, without a newline at the end.
std::string_view last_lines(std::string_view text, std::size_t count);

/// Keeps the last `bytes_max` bytes of all that is appended.
class KeptEnd {
 public:
  explicit KeptEnd(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  void append(std::string_view bytes);
  std::string_view bytes() const;
  bool is_whole() const { return total_ <= bytes_max_; }

 private:
  std::size_t bytes_max_;
  std::size_t total_ = 0;
  std::string kept_{};
};

}  // namespace weir::workers
