// Base64, in which DBFS and workspace contents travel inside JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::databricks {

std::string encode_base64(std::string_view bytes);

/// nullopt for anything but the standard alphabet with correct padding; white space between is allowed.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace weir::databricks
