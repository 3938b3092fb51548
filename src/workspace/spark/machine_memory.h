// Memory of this machine, or of the control group we are in where that has less.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::workspace {

/// What processes can still get before others have to give theirs up.
std::uint64_t available_memory_bytes();

/// All that this machine has.
std::uint64_t total_memory_bytes();

/// The number behind `name` in the text of /proc/meminfo, in bytes; 0 when it is not there.
std::uint64_t meminfo_bytes(std::string_view text, std::string_view name);

}  // namespace weir::workspace
