#include "databricks/executor/databricks_executor.h"

#include <utility>

#include "databricks/executor/kinds.h"
#include "databricks/executor/remote_run.h"

namespace weir::databricks {

DatabricksExecutor::DatabricksExecutor(ConnectionProvider provider, const Clock& clock, Timing timing)
    : loop_(make_loop()),
      http_(std::make_unique<net::HttpClient>()),
      session_(*loop_, *http_, std::move(provider), clock, timing),
      thread_([this] { loop_->run(); }) {}

DatabricksExecutor::~DatabricksExecutor() {
  loop_->stop();
  thread_.join();
  runs_.clear();
  http_.reset();
}

std::vector<core::Kind> DatabricksExecutor::kinds() const { return {run_now_table(), submit_run_table()}; }

void DatabricksExecutor::start(runtime::Attempt attempt, runtime::Reports& reports) {
  loop_->post([this, attempt = std::move(attempt), &reports]() mutable {
    auto id = attempt.id;
    auto run = std::make_shared<RemoteRun>(std::move(attempt), reports, session_, [this, id] {
      // Let go after the call that reported the end has returned.
      loop_->post([this, id] { runs_.erase(id); });
    });
    runs_[id] = run;
    run->start();
  });
}

void DatabricksExecutor::cancel(runtime::AttemptId attempt) {
  loop_->post([this, attempt] {
    auto found = runs_.find(attempt);
    if (found != runs_.end()) found->second->cancel();
  });
}

}  // namespace weir::databricks
