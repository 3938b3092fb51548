#include "cli/embedded/embedded_workspace.h"

#include <fmt/format.h>

#include "cli/embedded/interpreter_choice.h"
#include "cli/embedded/workspace_server.h"

namespace weir::cli {
namespace {

Result<WorkspaceServer> start(const std::filesystem::path& home,
                              const std::function<void(const std::string&)>& say) {
  auto interpreters = choose_interpreters({});
  if (!interpreters) return std::unexpected(interpreters.error());
  auto server = start_workspace_server({.home = home, .interpreters = std::move(*interpreters)});
  if (server)
    say(fmt::format("started the embedded workspace at {} ('weir workspace stop' ends it)", server->host));
  return server;
}

}  // namespace

Result<EmbeddedWorkspace> ensure_embedded_workspace(const std::filesystem::path& home,
                                                    const std::function<void(const std::string&)>& say) {
  auto found = find_workspace_server(home);
  auto server = found ? Result<WorkspaceServer>(*found) : start(home, say);
  if (!server) return std::unexpected(within("embedded workspace", server.error()));
  auto token = workspace_token(home);
  if (!token) return std::unexpected(token.error());
  return EmbeddedWorkspace{.host = server->host, .token = *token};
}

}  // namespace weir::cli
