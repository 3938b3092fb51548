#include "cli/session/workspace_choice.h"

namespace weir::cli {

void WorkspaceChoice::prefer(const std::string& name) {
  std::lock_guard lock(mutex_);
  name_ = name;
}

void WorkspaceChoice::settle(const std::string& name) {
  std::lock_guard lock(mutex_);
  if (!name.empty()) name_ = name;
  settled_ = true;
  changed_.notify_all();
}

void WorkspaceChoice::settle(databricks::Connection connection) {
  std::lock_guard lock(mutex_);
  connection_ = std::move(connection);
  settled_ = true;
  changed_.notify_all();
}

Result<void> WorkspaceChoice::choose(const std::map<std::string, std::string>& said) {
  databricks::Asked asked;
  if (auto name = said.find("name"); name != said.end() && !name->second.empty())
    asked.profile = name->second;
  for (const auto& attribute : databricks::attributes()) {
    auto value = said.find(std::string(attribute.name));
    if (value == said.end() || value->second.empty()) continue;
    asked.arguments.values.emplace(attribute.name, databricks::Credential(value->second));
  }
  if (asked.arguments.values.empty()) {
    settle(asked.profile.value_or(""));
    return {};
  }
  auto connection = databricks::resolve_connection(asked, databricks::process_environment());
  if (!connection) return std::unexpected(connection.error());
  settle(std::move(connection->value()));
  return {};
}

WorkspaceChoice::Chosen WorkspaceChoice::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return settled_; });
  return {name_, connection_};
}

}  // namespace weir::cli
