// The parts of weir put together for one command: store, loop, engine and executors. This file is where concrete
// parts are chosen.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/session/workspace_choice.h"
#include "cli/terminal/terminal.h"
#include "foreign/fleet.h"
#include "runtime/engine.h"
#include "workers/function_executor.h"

namespace weir::cli {

/// The history of a state folder, without anything that runs.
struct Archive {
  std::filesystem::path folder{};
  std::unique_ptr<store::Store> store{};

  static Result<Archive> open();
  store::TaskLog log() const { return store::TaskLog(folder / "logs"); }
  std::unique_ptr<store::ResultFiles> results() const { return store::result_files_in(folder / "results"); }
};

/// Every kind of task there is, without a state folder or a workspace.
std::vector<core::Kind> known_kinds();

class Session {
 public:
  /// Blocks the termination signals in this thread and all that follow from it: whoever follows a run reads them.
  /// `workspace` as given with --workspace: a profile name, "embedded", or empty to look for one when it is needed;
  /// a choice that is open makes what needs it wait.
  static Result<std::unique_ptr<Session>> open(const Terminal& terminal,
                                               std::shared_ptr<WorkspaceChoice> workspace);
  static Result<std::unique_ptr<Session>> open(const Terminal& terminal, const std::string& workspace) {
    return open(terminal, std::make_shared<WorkspaceChoice>(workspace));
  }

  runtime::Engine& engine() { return *engine_; }
  Loop& loop() { return *loop_; }
  WorkspaceChoice& workspace() { return *workspace_; }
  workers::FunctionExecutor& functions() { return *functions_; }
  foreign::Fleet& fleet() { return *fleet_; }  ///< of Python workers; empty until somebody starts one
  store::Store& store() { return *archive_.store; }
  const std::filesystem::path& folder() const { return archive_.folder; }

 private:
  Session(Archive archive, std::shared_ptr<WorkspaceChoice> workspace)
      : archive_(std::move(archive)),
        workspace_(std::move(workspace)),
        log_(archive_.log()),
        results_(archive_.results()),
        locks_(store::slot_locks_in(archive_.folder / "limits")) {}

  SystemClock clock_;
  SystemRandom random_;
  Archive archive_;
  std::shared_ptr<WorkspaceChoice> workspace_;
  store::TaskLog log_;
  std::unique_ptr<store::ResultFiles> results_;
  std::unique_ptr<store::SlotLocks> locks_;
  std::unique_ptr<Loop> loop_ = make_loop();
  workers::FunctionExecutor* functions_ = nullptr;  ///< owned by the engine
  std::shared_ptr<foreign::Fleet> fleet_ = std::make_shared<foreign::Fleet>(*loop_);
  std::unique_ptr<runtime::Engine> engine_;
};

}  // namespace weir::cli
