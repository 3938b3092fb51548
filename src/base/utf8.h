// Where a character of UTF-8 ends. For everybody who has to tell text from bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

/// Bytes of the well-formed character that `bytes`, which are not empty, start with; 0 when there is none.
std::size_t utf8_character_size(std::string_view bytes);

}  // namespace weir
