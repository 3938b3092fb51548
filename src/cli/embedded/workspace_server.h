// The process that serves the embedded workspace, seen from outside: is it there, start it, stop it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "cli/embedded/limit_choice.h"
#include "cli/embedded/warm_choice.h"
#include "workspace/spark/interpreters.h"

namespace weir::cli {

struct WorkspaceServer {
  pid_t pid = 0;
  std::string host{};  ///< "http://127.0.0.1:8123"
  std::uint16_t port = 0;
  std::string https_host{};             ///< "https://127.0.0.1:8443"; empty without HTTPS
  std::filesystem::path certificate{};  ///< of it
  std::int64_t started_ms = 0;
};

/// The server of this folder, when it answers. Nothing it left behind (kill -9) is believed without asking.
std::optional<WorkspaceServer> find_workspace_server(const std::filesystem::path& home);

/// HTTPS beside HTTP.
struct HttpsStart {
  bool is_wanted = false;
  std::uint16_t port = 0;  ///< 0 for that of the last time, or a free one
  std::string address = "127.0.0.1";
  bool is_exposed = false;  ///< the address may be one that others reach
};

struct ServerStart {
  std::filesystem::path home{};
  std::vector<workspace::Interpreter> interpreters{};
  std::uint16_t port = 0;  ///< 0 for that of the last time, or a free one
  HttpsStart https{};
  std::size_t drivers_max = 0;  ///< of runs, at once; 0 for that of WorkspaceOptions
  WarmChoice warm{};
  LimitChoice limits{};
};

/// Starts a server that outlives us, and returns when it answers. When somebody else starts one at the same moment,
/// that one is returned. A server that ends at once: Code::unavailable, with what it said.
Result<WorkspaceServer> start_workspace_server(const ServerStart& start);

/// Asks it to end and waits until it has. Its drivers run on.
Result<void> stop_workspace_server(const WorkspaceServer& server);

/// What the folder's token file holds.
Result<std::string> workspace_token(const std::filesystem::path& home);

}  // namespace weir::cli
