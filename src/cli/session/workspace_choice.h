// Which workspace the tasks of a session talk to. A Python body says it while it runs, and an attempt of an earlier life
// may want to know before: it waits.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "databricks/client/connection.h"

namespace weir::cli {

/// Any thread.
class WorkspaceChoice {
 public:
  /// `name` as with --workspace. Unless it is `open`, nobody has to wait.
  explicit WorkspaceChoice(std::string name, bool open = false) : name_(std::move(name)), settled_(!open) {}

  /// Unless somebody says another one.
  void prefer(const std::string& name);

  /// From now on an answer is there; `name` counts unless it is empty.
  void settle(const std::string& name);
  void settle(databricks::Connection connection);

  /// What a program says: attributes by name, as `databricks.connect()` has them, and "name" as with --workspace. With
  /// attributes the connection is resolved at once: errors are those of resolve_connection.
  Result<void> choose(const std::map<std::string, std::string>& said);

  struct Chosen {
    std::string name{};                                  ///< as with --workspace
    std::optional<databricks::Connection> connection{};  ///< the program's own, in place of a name
  };

  /// Waits until it is settled.
  Chosen wait();

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::string name_;
  std::optional<databricks::Connection> connection_{};
  bool settled_;
};

}  // namespace weir::cli
