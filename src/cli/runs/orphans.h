// Runs in the workspace that weir started and that nobody waits for any more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "databricks/client/connection.h"
#include "databricks/client/jobs.h"
#include "store/store.h"

namespace weir::cli {

struct Orphan {
  enum class Owner : std::uint8_t {
    interrupted,  ///< a flow run of this store whose process is gone: it can be resumed
    ended,        ///< a flow run of this store that is over
    unknown,      ///< none in this store: of another one, or of one that was deleted
  };
  Owner owner = Owner::unknown;
  std::int64_t run_id = 0;  ///< in the workspace
  std::string name{};
  std::string state{};  ///< life-cycle state
  std::string url{};
  Instant started{};
  std::string token{};     ///< of its attempt; empty when it is known from the history alone
  std::string flow_run{};  ///< name; empty when nobody knows
  std::string task{};
};

struct Sweep {
  std::vector<Orphan> orphans{};  ///< oldest first
  std::size_t active = 0;         ///< runs of the workspace that were looked at
  std::size_t alive = 0;          ///< started by weir, with an owner that lives

  /// Interrupted flow runs with requests on paper whose run nobody knows: only resuming them can tell.
  std::vector<std::string> undecided{};
};

/// Looks at all active runs of the workspace. A run is ours by the mark in it (databricks/wire/mark.h), or because
/// the history of an interrupted flow run names it.
Result<Sweep> find_orphans(const databricks::Jobs& jobs, const databricks::Connection& connection,
                           store::Store& store);

/// Whether somebody has resumed or retried the flow run of an orphan since it was found: it is none any more.
bool is_in_good_hands(store::Store& store, const Orphan& orphan);

}  // namespace weir::cli
