// Whether bytes are text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace weir::yaml {

/// The offset of the first byte that is not part of well-formed UTF-8.
std::optional<std::size_t> first_byte_not_utf8(std::string_view bytes);

/// The offset of the first control character that text has no use for: all but tab, line feed and carriage
/// return.
std::optional<std::size_t> first_control_character(std::string_view text);

}  // namespace weir::yaml
