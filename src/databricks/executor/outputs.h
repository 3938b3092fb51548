// What is fetched once a run has ended: all its tasks, and the output of each that ran.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "databricks/executor/session.h"
#include "databricks/wire/run_outcome.h"

namespace weir::databricks {

/// The last attempt at one task of a run that has ended.
struct EndedTask {
  std::string key{};
  std::int64_t run_id = 0;
  RunOutcome outcome{};
  std::string run_page_url{};  ///< of the task's own run
  json output{};               ///< runs/get-output; null when it could not be had or the task never ran
  bool is_told = false;        ///< what it printed was passed on while it ran
};

struct EndedRun {
  json run{};                      ///< runs/get, all pages
  std::vector<EndedTask> tasks{};  ///< in the order of the run; one without a key for services that list none
  std::vector<std::string> missed{};  ///< what was given up, and why, for people
};

/// The last attempt at each task of a whole run, outputs still null.
std::vector<EndedTask> last_attempts(const json& run);

/// Trouble goes to `again` (see call_until_settled); an output that the service refuses to give stays null.
void collect_outputs(Session& session, json run, std::weak_ptr<void> owner,
                     std::function<bool(const CallError&)> again, std::function<void(EndedRun)> done);

}  // namespace weir::databricks
