#include "workspace/jobs/drivers/live_output.h"

#include "base/utf8.h"
#include "workspace/home/tail.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t bytes_max = 256 * 1024;  ///< of one stream in one answer

struct Piece {
  std::string text{};
  std::int64_t next = 0;
  bool more = false;
};

/// Bytes that are no whole line yet are left for the next time, unless nothing else is coming or fits.
Piece read_from(const std::filesystem::path& file, std::int64_t asked, bool has_ended) {
  auto [text, from, size] = read_part(file, asked, bytes_max);
  if (text.empty()) return {.next = from};
  bool is_all = from + std::ssize(text) >= size;
  auto line_end = text.rfind('\n');
  bool cut = !(is_all && has_ended) && (line_end != text.npos || is_all);
  if (cut) text.resize(line_end == text.npos ? 0 : line_end + 1);
  auto next = from + std::ssize(text);
  return {.text = to_utf8(text), .next = next, .more = !is_all};
}

json shown(Piece part) { return {{"text", std::move(part.text)}, {"next", part.next}}; }

}  // namespace

json new_output(const RunFolder& folder, std::int64_t out, std::int64_t err, bool has_ended) {
  auto output = read_from(folder.out(), out, has_ended);
  auto errors = read_from(folder.err(), err, has_ended);
  bool more = output.more || errors.more;
  return {{"out", shown(std::move(output))}, {"err", shown(std::move(errors))}, {"more", more}};
}

}  // namespace weir::workspace
