// What the headers of a download ask for: a range of bytes, and that the file is still what it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::workspace {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// Of a `Range` header, cut to a file of `size` bytes. nullopt: the file has nothing of it (416). All of the file for
/// several ranges at once and for what is no range: HTTP lets a server ignore those.
std::optional<ByteRange> range_in(std::string_view header, std::uint64_t size);

std::string http_date(std::int64_t ms);                                   ///< "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<std::int64_t> seconds_of_http_date(std::string_view text);  ///< since 1970

}  // namespace weir::workspace
