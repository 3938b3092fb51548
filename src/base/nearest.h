// "did you mean": the known name closest to what somebody typed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// The candidate within a third of its length in edits (insert, delete, replace, swap) of `typed`, or one
/// that starts with it; nullopt when none is near. Case does not count.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates);

/// "did you mean 'retries'?", or "known: a, b, c" when nothing is near and the list is short, or "".
std::string suggest(std::string_view typed, std::span<const std::string> candidates);

}  // namespace weir
