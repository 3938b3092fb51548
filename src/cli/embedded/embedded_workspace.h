// The embedded workspace for commands that need one: found, or started.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"

namespace weir::cli {

struct EmbeddedWorkspace {
  std::string host{};
  std::string token{};
};

/// Starts the server when none answers, which is said through `say`. Any number of processes may do this at once: they
/// end up with the same server.
Result<EmbeddedWorkspace> ensure_embedded_workspace(const std::filesystem::path& home,
                                                    const std::function<void(const std::string&)>& say);

}  // namespace weir::cli
