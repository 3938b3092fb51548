#include "workers/value_executor.h"

namespace weir::workers {
namespace {

class ValueExecutor final : public runtime::Executor {
 public:
  std::vector<core::Kind> kinds() const override {
    return {{.name = "value", .summary = "Gives its own inputs as the result", .open = true}};
  }
  void start(runtime::Attempt attempt, runtime::Reports& reports) override {
    reports.succeeded(attempt.id, std::move(attempt.inputs));
  }
  void cancel(runtime::AttemptId) override {}  // it has ended when start returns
};

}  // namespace

std::unique_ptr<runtime::Executor> make_value_executor() { return std::make_unique<ValueExecutor>(); }

}  // namespace weir::workers
