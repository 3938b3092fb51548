// Runs jobs in a Databricks workspace, real or embedded, for the kinds databricks.run_now and
// databricks.submit_run, and does its operations, for the other kinds. One thread watches all of them.
//
//   DatabricksExecutor executor([] { return connection; }, clock);
//   executor.start(attempt, reports);
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "databricks/executor/session.h"
#include "databricks/operations/operation.h"
#include "runtime/executor.h"

namespace weir::databricks {

class RemoteRun;
class RemoteOperation;

class DatabricksExecutor final : public runtime::Executor {
 public:
  /// `provider` is called on the executor's thread. `clock` must outlive the executor.
  DatabricksExecutor(ConnectionProvider provider, const Clock& clock, Timing timing = {});

  /// Runs in the workspace go on; the reports given to start() are not called any more.
  ~DatabricksExecutor() override;

  std::vector<core::Kind> kinds() const override;
  void start(runtime::Attempt attempt, runtime::Reports& reports) override;
  void cancel(runtime::AttemptId attempt) override;

 private:
  void start_run(runtime::Attempt attempt, runtime::Reports& reports);
  void start_operation(const operations::Operation& operation, runtime::Attempt attempt,
                       runtime::Reports& reports);

  // The order matters: requests under way end, then the loop they report to.
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<net::HttpClient> http_;
  Session session_;
  std::map<runtime::AttemptId, std::shared_ptr<RemoteRun>> runs_{};              ///< loop thread only
  std::map<runtime::AttemptId, std::shared_ptr<RemoteOperation>> operations_{};  ///< loop thread only
  std::thread thread_;
};

}  // namespace weir::databricks
