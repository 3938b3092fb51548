// Text for pictures, whose formats refuse control characters and broken UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::graph {

/// One line of well-formed UTF-8: control characters become blanks, what is no text becomes U+FFFD.
std::string one_line(std::string_view bytes);

/// Characters of well-formed UTF-8.
std::size_t length_of(std::string_view text);

/// At most `length_max` characters, the last of them "…" when something was left out.
std::string shortened(std::string_view text, std::size_t length_max);

/// With &, <, >, " and ' as entities, for XML.
std::string xml_text(std::string_view text);

}  // namespace weir::graph
