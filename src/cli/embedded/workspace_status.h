// The embedded workspace as a page of the terminal: where it listens, what goes on in it and what that costs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/embedded/workspace_server.h"
#include "cli/terminal/terminal.h"

namespace weir::cli {

/// Where it listens and how to sign in.
void show_server(const Terminal& terminal, const std::filesystem::path& home, const WorkspaceServer& server);

/// weir workspace status. Exit::not_found when none is running.
Exit show_status(const Terminal& terminal, const std::filesystem::path& home);

/// The lines below where it listens, from what GET /weir/status tells.
std::vector<std::string> status_lines(const json& status, Instant now);

}  // namespace weir::cli
