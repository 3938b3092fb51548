#include "cli/session.h"

#include "cli/connect.h"
#include "cli/state_folder.h"
#include "databricks/executor/databricks_executor.h"
#include "workers/process_executor.h"
#include "workers/sleep_executor.h"
#include "workers/value_executor.h"

namespace weir::cli {

sigset_t termination_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

Result<Archive> Archive::open() {
  auto folder = state_folder();
  if (!folder) return std::unexpected(folder.error());
  SystemRandom random;
  auto store = store::open_sqlite_store(*folder, random);
  if (!store) return std::unexpected(store.error());
  return Archive{std::move(*folder), std::move(*store)};
}

Result<std::unique_ptr<Session>> Session::open(const Terminal& terminal, const std::string& workspace) {
  sigset_t signals = termination_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto archive = Archive::open();
  if (!archive) return std::unexpected(archive.error());
  auto session = std::unique_ptr<Session>(new Session(std::move(*archive)));

  auto functions = workers::make_function_executor();
  session->functions_ = functions.get();
  std::vector<std::unique_ptr<runtime::Executor>> executors;
  executors.push_back(std::move(functions));
  executors.push_back(workers::make_process_executor());
  executors.push_back(workers::make_value_executor());
  executors.push_back(workers::make_sleep_executor());
  executors.push_back(std::make_unique<databricks::DatabricksExecutor>(
      [&terminal, workspace] { return connect_to(workspace, terminal); }, session->clock_));

  session->engine_ = std::make_unique<runtime::Engine>(
      runtime::Surroundings{*session->loop_, session->clock_, session->random_, *session->archive_.store,
                            session->log_},
      std::move(executors));
  return session;
}

}  // namespace weir::cli
