// How much memory processes have, each with all that it has started.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace weir::process {

struct FamilyMemory {
  std::uint64_t bytes = 0;  ///< resident; what several processes share counts for each
  std::size_t processes = 0;

  FamilyMemory& operator+=(const FamilyMemory& other) {
    bytes += other.bytes;
    processes += other.processes;
    return *this;
  }
};

/// Each ancestor with its descendants, in the order of `ancestors`, as they are at this moment. Nothing for who has
/// ended.
std::vector<FamilyMemory> memory_of_families(const std::vector<pid_t>& ancestors);

/// The process alone.
std::uint64_t resident_bytes(pid_t pid);

}  // namespace weir::process
