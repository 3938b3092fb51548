// The target of a request line, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace weir::net {

struct Target {
  std::string path{};  ///< still percent-encoded; "/" when an absolute URL has none, "*" for OPTIONS *
  Headers query{};     ///< decoded pairs, in order; a name without '=' has an empty value
};

/// From "/path?query" or "http://host/path?query". nullopt for any other form and for a broken escape in the
/// query.
std::optional<Target> parse_target(std::string_view text);

}  // namespace weir::net
