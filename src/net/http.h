// HTTP as plain values, shared by client and server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name, whatever the case.
std::optional<std::string> header(const Headers& headers, std::string_view name);

/// Whether the two may go on the wire: the name a token, the value without line breaks and other control
/// characters (they would end the header and begin another).
bool is_header(std::string_view name, std::string_view value);

/// %XX and, in queries, '+' decoded. nullopt for a broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
std::string percent_encode(std::string_view text);  ///< everything but letters, digits and -._~

}  // namespace weir::net
