// How many drivers the embedded workspace starts ahead, as the command line and the environment say it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "workspace/workspace.h"

namespace weir::cli {

struct WarmChoice {
  static constexpr std::int64_t unsaid = -1;
  std::int64_t drivers = unsaid;     ///< unsaid: $WEIR_WARM_DRIVERS, or what suits this machine
  std::int64_t memory_mib = unsaid;  ///< unsaid: that of WorkspaceOptions

  /// What was said, for the command that serves.
  std::vector<std::string> as_arguments() const;

  /// Code::invalid for numbers out of their range, wherever they come from.
  Result<void> apply_to(workspace::WorkspaceOptions& options) const;
};

inline constexpr auto warm_drivers_help =
    "Drivers to start ahead, so that jobs and clusters need not wait for a Spark (default: "
    "$WEIR_WARM_DRIVERS, or what "
    "suits this machine: at most 2); 0 for none";
inline constexpr auto warm_memory_help =
    "MiB of this machine's memory that they leave alone: with less, none is started and those that wait end "
    "(default: 2048)";

}  // namespace weir::cli
