#include "process/line_splitter.h"

#include <utility>

namespace weir::process {

void LineSplitter::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto room = line_bytes_max - rest_.size();
    const auto piece = bytes.substr(0, std::min(end, room));
    const bool is_line = piece.size() == end;  // never true when there is no newline: end is npos then
    bytes.remove_prefix(piece.size() + (is_line ? 1 : 0));
    if (is_line && rest_.empty()) {
      sink(piece);
      continue;
    }
    rest_ += piece;
    // A full buffer waits for one more byte: were that the newline, there is nothing to cut.
    if (is_line || (rest_.size() == line_bytes_max && !bytes.empty() && bytes.front() != '\n')) {
      sink(std::exchange(rest_, {}));
    }
  }
}

void LineSplitter::finish(const Sink& sink) {
  if (!rest_.empty()) sink(std::exchange(rest_, {}));
}

}  // namespace weir::process
