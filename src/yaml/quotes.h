// Quoted texts in YAML source: where they begin and whether they end. yaml-cpp reads a quote that is never closed up
// to the end of the file, sometimes without a word, and never says where it began.
#pragma once

#include <optional>
#include <string_view>

#include "yaml/faults.h"

namespace weir::yaml {

/// Where a scalar's own text begins when its mark points at an anchor or tag before it.
Position after_properties(std::string_view text, Position at);

/// True when a quote stands at `at` that nothing closes.
bool is_unclosed_quote(std::string_view text, Position at);

/// The first quote that opens a text, looking from the beginning of the last thing that was understood.
std::optional<Position> next_opening_quote(std::string_view text, Position last_understood);

void add_unclosed_quote(Faults& faults, Position at);

}  // namespace weir::yaml
