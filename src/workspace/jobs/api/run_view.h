// A run as the REST API shows it: the two generations of state fields, times, tasks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/jobs/drivers/driver_start.h"
#include "workspace/jobs/runs/run.h"

namespace weir::workspace {

struct RunView {
  std::string host{};  ///< "http://127.0.0.1:8123"
  std::string org_id{};
  std::string user{};
  std::int64_t now_ms = 0;

  /// A job run with its tasks, or a task run (then `tasks` is empty, or the iterations of a for_each_task). `version` "2.0" shows a single task's
  /// fields at the top and no list.
  JsonObject show(const Run& run, const std::vector<Run>& tasks, std::string_view version) const;

  /// The same for lists: without tasks unless `expand_tasks`.
  JsonObject brief(const Run& run, const std::vector<Run>& tasks, bool expand_tasks,
                   std::string_view version) const;

 private:
  JsonObject common(const Run& run) const;
  JsonObject task(const Run& task) const;
  JsonArray list_of(const std::vector<Run>& tasks) const;
  std::string page_of(const Run& run) const;
  std::int64_t total_ms(const Run& run) const;
};

/// runs/get-output of a task run. `called` is the job run that it started, if it did.
JsonObject show_output(const Run& task, const std::optional<Run>& called, const RunFolder& folder,
                       JsonObject metadata);

}  // namespace weir::workspace
