// What the workspace does, whoever asks and however: its files, secrets, drivers, clusters, runs and schedules.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "workspace/clusters/cluster_view.h"
#include "workspace/clusters/clusters.h"
#include "workspace/files/file_tree.h"
#include "workspace/files/objects.h"
#include "workspace/home/home.h"
#include "workspace/home/state.h"
#include "workspace/identity/scim_api.h"
#include "workspace/identity/token_store.h"
#include "workspace/jobs/runner/notifier.h"
#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/runner/scheduler.h"
#include "workspace/secrets/secret_store.h"
#include "workspace/spark/drivers.h"
#include "workspace/sql/statements.h"
#include "workspace/workspace.h"

namespace weir::workspace {

/// Those that are pointers are there once prepare() has succeeded. Loop thread only.
struct Services {
  Services(Loop& loop, WorkspaceOptions options, Home home, State state);

  /// Makes all of them; nothing runs yet. `host` is how drivers reach the workspace.
  Result<void> prepare(std::string host);

  /// Takes up what ran when the server before this one ended.
  Result<void> recover();

  ClusterView cluster_view(const Doors& doors) const;
  DestinationStore destinations() { return {state, *secrets}; }
  AccessTokens access_tokens() const { return AccessTokens(home.token(), options.access_token_lifetime); }

  Loop& loop;
  WorkspaceOptions options;
  Home home;
  State state;
  FileTree dbfs;
  FileTree files;
  Objects objects;
  Identity identity{};
  DriverSetting setting{};
  SystemClock clock{};
  std::unique_ptr<TokenStore> tokens{};
  std::unique_ptr<SecretStore> secrets{};
  std::unique_ptr<Drivers> drivers{};
  std::unique_ptr<Clusters> clusters{};
  std::unique_ptr<Statements> statements{};
  std::unique_ptr<Notices> notices{};
  std::unique_ptr<Notifier> notifier{};
  std::unique_ptr<Runner> runner{};
  std::unique_ptr<Scheduler> scheduler{};

 private:
  Result<void> identify(std::string host);
  Result<void> make_standard_folders();
  Result<void> open_secrets();
  Result<void> set_up_drivers();
  void make_runner();
};

}  // namespace weir::workspace
