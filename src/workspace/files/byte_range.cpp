#include "workspace/files/byte_range.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include <fmt/chrono.h>

#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<ByteRange> range_in(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  const ByteRange all{.offset = 0, .bytes = size};
  std::size_t dash = header.find('-');
  if (!starts_with_ignoring_case(header, unit) || dash == header.npos) return all;
  std::string_view from = trimmed(header.substr(unit.size(), dash - unit.size()));
  std::string_view to = trimmed(header.substr(dash + 1));
  auto first = number_in(from);
  auto last = number_in(to);
  if ((!first && !from.empty()) || (!last && !to.empty()) || (!first && !last)) return all;
  if (!first) {  // the last so many bytes
    std::uint64_t bytes = std::min(*last, size);
    return bytes == 0 ? std::nullopt : std::optional(ByteRange{.offset = size - bytes, .bytes = bytes});
  }
  if (last && *last < *first) return all;
  if (*first >= size) return std::nullopt;
  return ByteRange{.offset = *first, .bytes = std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

std::string http_date(std::int64_t ms) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

std::optional<std::int64_t> seconds_of_http_date(std::string_view text) {
  std::tm parts{};
  std::string whole(text);
  const char* end = ::strptime(whole.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return ::timegm(&parts);
}

}  // namespace weir::workspace
