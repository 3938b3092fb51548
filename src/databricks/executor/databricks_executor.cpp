#include "databricks/executor/databricks_executor.h"

#include <utility>

#include "databricks/executor/kinds.h"
#include "databricks/executor/remote_operation.h"
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
  operations_.clear();
  http_.reset();
}

std::vector<core::Kind> DatabricksExecutor::kinds() const { return all_kinds(); }

void DatabricksExecutor::start(runtime::Attempt attempt, runtime::Reports& reports) {
  loop_->post([this, attempt = std::move(attempt), &reports]() mutable {
    const auto* operation = operations::find_operation(attempt.kind);
    if (operation) return start_operation(*operation, std::move(attempt), reports);
    start_run(std::move(attempt), reports);
  });
}

// What has ended is let go after the call that reported the end has returned.

void DatabricksExecutor::start_run(runtime::Attempt attempt, runtime::Reports& reports) {
  auto id = attempt.id;
  auto run = std::make_shared<RemoteRun>(std::move(attempt), reports, session_,
                                         [this, id] { loop_->post([this, id] { runs_.erase(id); }); });
  runs_[id] = run;
  run->start();
}

void DatabricksExecutor::start_operation(const operations::Operation& operation, runtime::Attempt attempt,
                                         runtime::Reports& reports) {
  auto id = attempt.id;
  auto let_go = [this, id] { loop_->post([this, id] { operations_.erase(id); }); };
  auto follow = [this, id, let_go, &reports](runtime::Attempt run, bool cancelled) {
    let_go();
    start_run(std::move(run), reports);
    if (cancelled) cancel(id);
  };
  auto one =
      std::make_shared<RemoteOperation>(operation, std::move(attempt), reports, session_, let_go, follow);
  operations_[id] = one;
  one->start();
}

void DatabricksExecutor::cancel(runtime::AttemptId attempt) {
  loop_->post([this, attempt] {
    if (auto run = runs_.find(attempt); run != runs_.end()) return run->second->cancel();
    if (auto one = operations_.find(attempt); one != operations_.end()) one->second->cancel();
  });
}

}  // namespace weir::databricks
