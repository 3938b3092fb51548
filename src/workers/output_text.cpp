#include "workers/output_text.h"

#include <algorithm>

namespace weir::workers {
std::string_view last_lines(std::string_view text, std::size_t count) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t begin = text.size() + 1;  // of the lines counted so far, past the newline before them
  for (; count > 0; --count) {
    if (begin < 2) return text;
    const auto newline = text.rfind('\n', begin - 2);
    if (newline == std::string_view::npos) return text;
    begin = newline + 1;
  }
  return text.substr(std::min(begin, text.size()));
}

void KeptEnd::append(std::string_view bytes) {
  total_ += bytes.size();
  kept_ += bytes;
  if (kept_.size() > 2 * bytes_max_) kept_.erase(0, kept_.size() - bytes_max_);  // seldom, so it costs little
}

std::string_view KeptEnd::bytes() const {
  return std::string_view(kept_).substr(kept_.size() - std::min(kept_.size(), bytes_max_));
}

}  // namespace weir::workers
