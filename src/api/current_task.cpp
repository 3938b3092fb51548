#include "api/current_task.h"

#include <utility>

#include <weir/context.h>
#include <weir/error.h>

namespace weir::api {
namespace {

thread_local const detail::TaskContext* task_of_thread = nullptr;

/// Makes `context` the one of this thread for as long as this lives.
class CurrentTask {
 public:
  explicit CurrentTask(const detail::TaskContext& context) { task_of_thread = &context; }
  ~CurrentTask() { task_of_thread = nullptr; }
  CurrentTask(const CurrentTask&) = delete;
};

runtime::Level level_of(LogLevel level) {
  static_assert(static_cast<int>(LogLevel::error) == static_cast<int>(runtime::Level::error));
  return static_cast<runtime::Level>(level);
}

detail::TaskContext context_of(const runtime::Attempt& attempt, const workers::FunctionContext& context) {
  return {.run_id = attempt.run_id,
          .run_name = attempt.run_name,
          .task = attempt.task,
          .token = attempt.token,
          .attempt = attempt.id.number,
          .stop = context.stop,
          .log = [log = context.log](LogLevel level, std::string line) {
            log(level_of(level), std::move(line));
          }};
}

}  // namespace

workers::FunctionBody function_body(std::function<json(const json& inputs)> function) {
  return [function = std::move(function)](const runtime::Attempt& attempt,
                                          workers::FunctionContext& context) -> workers::FunctionOutcome {
    auto about = context_of(attempt, context);
    CurrentTask current(about);
    try {
      return function(attempt.inputs);
    } catch (const Skip& nothing_to_do) {
      return std::unexpected(workers::Skipped{nothing_to_do.what()});
    } catch (const FailWithoutRetry& error) {
      runtime::Failure failure;
      failure.message = error.what();
      failure.retryable = false;
      return std::unexpected(failure);
    }
  };
}

}  // namespace weir::api

namespace weir {

Context context() {
  if (!api::task_of_thread) {
    throw FlowError(
        "weir::context() was called outside of a task; call it in the function of one, on its thread");
  }
  return Context(*api::task_of_thread);
}

}  // namespace weir
