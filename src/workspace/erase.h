// The end of a workspace: its drivers and its folder.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace weir::workspace {

/// Ends every driver that still runs and removes the folder with everything in it. Code::conflict while a server owns
/// it. A folder that is not there is erased already; one that holds no workspace (Code::invalid) is left alone.
Result<void> erase_workspace(const std::filesystem::path& home);

/// Ends the clusters that no run is attached to, for a workspace that was stopped: nobody else can reach them. The next
/// start finds them terminated. Code::conflict while a server owns the folder.
Result<void> end_unused_clusters(const std::filesystem::path& home);

}  // namespace weir::workspace
