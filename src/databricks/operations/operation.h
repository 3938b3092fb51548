// An operation of the workspace as a kind of task: its table, and how it is done. A new kind is a new description of
// this sort and its place in the list; calling, resending, polling, cancelling and crashes are the executor's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/kind.h"
#include "databricks/client/connection.h"
#include "databricks/operations/step.h"

namespace weir::databricks::operations {

/// One attempt at it, as far as an operation needs to know.
struct Task {
  json inputs{};       ///< an object, checked against the table, its template merged in
  std::string flow{};  ///< names, for what is called after them
  std::string key{};
  std::string token{};  ///< our mark on what this attempt makes: the same after any crash
  Environment environment{};
};

/// Functions of what is durable, so that any of them can be called again after a crash.
struct Operation {
  core::Kind kind{};

  /// Checks the inputs and looks up what they name: sends nothing that changes the workspace. Ends with a Commit, or
  /// for operations that only look, with the outcome.
  Step (*prepare)(const Task& task) = nullptr;

  /// Does what was planned. `again`: an earlier process has got this far, and may have sent what this one would.
  Step (*begin)(const Task& task, const json& plan, bool again) = nullptr;

  /// Goes on with what was attached. None: as after a crash in begin().
  Step (*resume)(const Task& task, const json& plan, const json& remote) = nullptr;

  /// What cancelling means once the plan is durable; `remote` is null unless something was attached. None: nothing but
  /// to stop looking.
  Step (*stop)(const Task& task, const json& plan, const json& remote) = nullptr;
};

/// The whole result of another task that stands for what the shorthand names, a job, a run or a cluster, becomes the
/// inputs that name it: {"cluster_id", "cluster_name", "state"} is {"cluster_id"}.
void take_result(const core::Kind& kind, json& inputs);

/// All of them, in the order of the documentation.
const std::vector<Operation>& all();

/// Null when no operation has this kind.
const Operation* find_operation(std::string_view kind);

// The families, each in files of its own.
std::vector<Operation> job_operations();
std::vector<Operation> run_operations();
std::vector<Operation> cluster_operations();
std::vector<Operation> library_operations();
std::vector<Operation> file_operations();
std::vector<Operation> secret_operations();
std::vector<Operation> sql_operations();
std::vector<Operation> sensor_operations();

}  // namespace weir::databricks::operations
