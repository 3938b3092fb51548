#include "cli/workspace_choice.h"

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

WorkspaceChoice::Chosen WorkspaceChoice::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return settled_; });
  return {name_, connection_};
}

}  // namespace weir::cli
