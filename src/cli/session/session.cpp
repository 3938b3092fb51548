#include "cli/session/session.h"

#include <algorithm>
#include <iterator>

#include "cli/machine/state_folder.h"
#include "cli/session/connect.h"
#include "cli/terminal/signals.h"
#include "databricks/executor/databricks_executor.h"
#include "databricks/executor/kinds.h"
#include "foreign/executor.h"
#include "runtime/lazy_executor.h"
#include "workers/flow_executor.h"
#include "workers/process_executor.h"
#include "workers/sleep_executor.h"
#include "workers/value_executor.h"
#include "yaml/flow_file.h"

namespace weir::cli {

namespace {

using Executors = std::vector<std::unique_ptr<runtime::Executor>>;

/// All of them; `functions` is set to the one for C++ functions.
Executors make_executors(databricks::ConnectionProvider connect, const Clock& clock,
                         workers::FunctionExecutor*& functions) {
  Executors executors;
  auto function_executor = workers::make_function_executor();
  functions = function_executor.get();
  executors.push_back(std::move(function_executor));
  executors.push_back(workers::make_process_executor());
  executors.push_back(workers::make_value_executor());
  executors.push_back(workers::make_sleep_executor());
  executors.push_back(std::make_unique<runtime::LazyExecutor>(
      databricks::all_kinds(), [connect = std::move(connect), &clock] {
        return std::make_unique<databricks::DatabricksExecutor>(connect, clock);
      }));
  return executors;
}

/// All faults of a file as one error.
Result<core::FlowSpec> read_flow(const std::filesystem::path& file, std::span<const core::Kind> kinds) {
  auto flow = yaml::read_flow(file, kinds);
  if (flow) return std::move(*flow);
  Error all = flow.error().front();
  for (const auto& error : std::span(flow.error()).subspan(1)) {
    all.hint += (all.hint.empty() ? "" : "\n") + to_text(error);
  }
  return std::unexpected(std::move(all));
}

}  // namespace

Result<Archive> Archive::open() {
  auto folder = state_folder();
  if (!folder) return std::unexpected(folder.error());
  SystemRandom random;
  auto store = store::open_sqlite_store(*folder, random);
  if (!store) return std::unexpected(store.error());
  return Archive{std::move(*folder), std::move(*store)};
}

std::vector<core::Kind> known_kinds() {
  SystemClock clock;
  workers::FunctionExecutor* functions = nullptr;
  auto unconnected = [] { return Result<databricks::Connection>(fail(Code::internal, "nothing is to run")); };
  std::vector<core::Kind> kinds;
  for (const auto& executor : make_executors(unconnected, clock, functions)) {
    std::ranges::move(executor->kinds(), std::back_inserter(kinds));
  }
  kinds.push_back(workers::flow_kind());
  for (auto place : foreign::places) kinds.push_back(foreign::kind_of(place));
  return kinds;
}

Result<std::unique_ptr<Session>> Session::open(const Terminal& terminal,
                                               std::shared_ptr<WorkspaceChoice> workspace) {
  block_termination_signals();
  auto archive = Archive::open();
  if (!archive) return std::unexpected(archive.error());
  auto session = std::unique_ptr<Session>(new Session(std::move(*archive), workspace));

  auto connect = [&terminal, workspace]() -> Result<databricks::Connection> {
    auto chosen = workspace->wait();
    if (chosen.connection) return std::move(*chosen.connection);
    return connect_to(chosen.name, terminal);
  };
  auto executors = make_executors(connect, session->clock_, session->functions_);
  auto flows =
      std::make_unique<workers::FlowExecutor>(*session->loop_, session->clock_, session->random_, read_flow);
  auto& flow_executor = *flows;
  executors.push_back(std::move(flows));
  for (auto place : foreign::places) {
    executors.push_back(std::make_unique<foreign::ForeignExecutor>(session->fleet_, place));
  }
  session->engine_ = std::make_unique<runtime::Engine>(
      runtime::Surroundings{*session->loop_, session->clock_, session->random_, *session->archive_.store,
                            *session->locks_, session->log_, *session->results_},
      std::move(executors));
  flow_executor.serve(*session->engine_);
  return session;
}

}  // namespace weir::cli
