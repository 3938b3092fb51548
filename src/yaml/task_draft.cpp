#include "yaml/task_draft.h"

namespace weir::yaml {

json read_template(const Node& node, TaskDraft& draft, std::vector<core::Problem>& problems) {
  return read_template(to_json(node), node, draft, problems);
}

json read_template(const json& written, const Node& node, TaskDraft& draft,
                   std::vector<core::Problem>& problems) {
  json compiled = core::compile_template(written, problems);
  for (auto& found : core::lookups_in(compiled)) draft.readings.push_back({std::move(found), &node});
  return compiled;
}

json read_template(const Node& node, TaskDraft& draft, Faults& faults) {
  std::vector<core::Problem> problems;
  json compiled = read_template(node, draft, problems);
  add_problems(node, problems, faults);
  return compiled;
}

void add_problems(const Node& node, const std::vector<core::Problem>& problems, Faults& faults) {
  for (const auto& problem : problems) {
    auto place = locate(node, problem.path);
    faults.add(problem.about_name ? place.name : place.value, problem.error);
  }
}

}  // namespace weir::yaml
