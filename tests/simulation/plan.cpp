#include "plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "violation.h"

namespace weir::sim {

const PlannedTask& PlannedRun::task(const std::string& key) const {
  auto stage = key.substr(0, key.find('['));
  auto found = std::ranges::find(tasks, stage, [](const PlannedTask& task) { return task.spec.key; });
  if (found == tasks.end()) violate("{} has no task '{}'", title(), key);
  return *found;
}

std::string PlannedRun::title() const { return fmt::format("{} (run {} of the plan)", about.flow, index); }

const PlannedRun& Plan::run_of(const core::RunStarted& about) const {
  auto index = find_int(about.source, "plan").value_or(-1);
  if (index < 0 || static_cast<std::size_t>(index) >= runs.size()) violate("a run came from nowhere");
  return runs[static_cast<std::size_t>(index)];
}

Outcome outcome_of(const PlannedTask& task, const Past& past) {
  if (past.element % 3 == 2) return {Outcome::Is::success, Duration{1000}, 0};
  const auto& outcomes = past.reopened ? task.outcomes_again : task.outcomes;
  Outcome outcome = outcomes[std::min<std::size_t>(past.failures, outcomes.size() - 1)];
  if (past.worker_crashes < outcome.worker_crashes) outcome.is = Outcome::Is::worker_crash;
  return outcome;
}

json value_of(const std::string& key, const json& inputs) {
  auto digest = std::hash<std::string>{}(key + to_text(inputs)) % 1'000'000;
  if (find(inputs, "many")) {
    JsonArray items;
    for (std::uint64_t i = 0; i < digest % 6; ++i) items.push_back({{"i", i}, {"digest", digest}});
    return items;
  }
  return {{"of", key}, {"digest", digest}, {"n", digest % 4}};
}

}  // namespace weir::sim
