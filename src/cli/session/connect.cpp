#include "cli/session/connect.h"

#include "cli/embedded/embedded_workspace.h"
#include "cli/machine/state_folder.h"

namespace weir::cli {
namespace {

Result<databricks::Connection> connect_to_embedded(const Terminal& terminal) {
  auto state = state_folder();
  if (!state) return std::unexpected(state.error());
  auto workspace =
      ensure_embedded_workspace(*state / "workspace", [&](const std::string& line) { terminal.say(line); });
  if (!workspace) return std::unexpected(workspace.error());
  return databricks::Connection{std::string(databricks::embedded_connection), workspace->host,
                                databricks::Credential(workspace->token)};
}

/// nullopt for the embedded workspace, chosen or for want of another.
Result<std::optional<databricks::Connection>> configured_connection(const std::string& workspace) {
  if (workspace == databricks::embedded_connection) return std::nullopt;
  databricks::Asked asked;
  if (workspace.contains("://")) {
    asked.arguments = {.origin = "--workspace", .values = {{"host", databricks::Credential(workspace)}}};
  } else if (!workspace.empty()) {
    asked.profile = workspace;
  }
  return databricks::resolve_connection(asked, databricks::process_environment());
}

}  // namespace

std::string chosen_workspace(const std::string& option) {
  if (!option.empty()) return option;
  const char* variable = std::getenv("WEIR_WORKSPACE");
  return variable ? variable : "";
}

Result<void> check_workspace(const std::string& workspace) {
  auto configured = configured_connection(workspace);
  if (!configured) return std::unexpected(configured.error());
  return {};
}

Result<databricks::Connection> connect_to(const std::string& workspace, const Terminal& terminal) {
  auto configured = configured_connection(workspace);
  if (!configured) return std::unexpected(configured.error());
  if (*configured) return **configured;
  return connect_to_embedded(terminal);
}

}  // namespace weir::cli
