// What of some bytes is text, which is UTF-8 everywhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// Bytes of the well-formed character that `bytes`, which are not empty, start with; 0 when there is none.
std::size_t utf8_character_size(std::string_view bytes);

/// The offset of the first byte that is not part of well-formed UTF-8.
std::optional<std::size_t> first_byte_not_utf8(std::string_view bytes);

/// `bytes` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);

}  // namespace weir
