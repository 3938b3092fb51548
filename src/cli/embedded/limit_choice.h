// What every driver of the embedded workspace is held to, as the command line says it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "workspace/workspace.h"

namespace weir::cli {

struct LimitChoice {
  static constexpr std::int64_t unsaid = -1;
  std::int64_t output_mib = unsaid;  ///< of each stream of a driver on disk; unsaid: that of WorkspaceOptions
  std::int64_t memory_mib = unsaid;  ///< of each process of a driver; unsaid: that of WorkspaceOptions

  /// What was said, for the command that serves.
  std::vector<std::string> as_arguments() const;

  /// Code::invalid for numbers out of their range.
  Result<void> apply_to(workspace::WorkspaceOptions& options) const;
};

inline constexpr auto output_max_help =
    "MiB that are kept of what a run prints, of each stream: its end (default: 64)";
inline constexpr auto memory_max_help =
    "MiB of memory that each process of a run or cluster may have (default: nine tenths of the machine's)";

}  // namespace weir::cli
