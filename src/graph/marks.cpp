#include "graph/marks.h"

#include "base/duration.h"

namespace weir::graph {

std::vector<Mark> marks_of(const core::TaskSpec& task) {
  std::vector<Mark> marks;
  if (task.policy.retry.count > 0) marks.push_back({"retries", std::to_string(task.policy.retry.count)});
  if (task.policy.timeout) marks.push_back({"timeout", to_text(*task.policy.timeout)});
  return marks;
}

}  // namespace weir::graph
