#include "databricks/operations/step.h"

namespace weir::databricks::operations {

Step refused(const Error& error) {
  return failed(error.message, false, {{"code", name_of(error.code)}, {"hint", error.hint}});
}

Step refused(const CallError& error) {
  json detail = {{"code", name_of(error.error.code)}, {"hint", error.error.hint}};
  if (!error.api_code.empty()) detail.get_object()["error_code"] = error.api_code;
  return failed(error.error.message, false, std::move(detail));
}

Step refused(const core::Problem& problem) {
  return refused(problem.path.empty() ? problem.error : within(problem.path, problem.error));
}

Step unknown(std::string message, json detail) {
  detail.get_object()["unknown"] = true;
  return failed(std::move(message), false, std::move(detail));
}

bool is_missing(const Answer& answer) { return !answer && answer.error().error.code == Code::not_found; }

}  // namespace weir::databricks::operations
