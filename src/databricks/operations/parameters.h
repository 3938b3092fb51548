// Parameters of runs are text on the wire; authors and templates may give numbers and booleans.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/kind.h"

namespace weir::databricks {

/// Makes the elements of the array or the values of the object at `key` of `holder` text: strings stay, other
/// values become compact JSON. null is refused: an empty text or a missing key is clearer. No such key:
/// nothing to do. `where` is the JSON pointer of `holder`.
std::optional<core::Problem> make_text(json& holder, std::string_view key, const std::string& where);

/// Refuses run-now's size limit: the JSON text of {key: value} in bytes.
std::optional<core::Problem> check_size(const json& holder, std::string_view key);

/// Refuses letters outside ASCII in the strings of the array at `key`.
std::optional<core::Problem> check_ascii(const json& holder, std::string_view key);

core::Problem problem(std::string path, std::string message, std::string hint = {});

}  // namespace weir::databricks
