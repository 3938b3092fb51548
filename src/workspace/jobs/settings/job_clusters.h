// Job clusters: clusters that a job describes and that the tasks of one run share. Each is named by its run and its key, so
// that it is known without being looked up, and started for the first task that needs it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "workspace/jobs/runs/run.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Refuses, naming the place: job_clusters without a key or a cluster, two with one key, tasks with a key that none has.
Answer<void> check_job_clusters(const JsonObject& settings);

/// The cluster that a task is attached to: the one it names, or the job cluster of its run; nullopt: a Spark of its own.
std::optional<std::string> cluster_of_task(const Run& task);

/// What the settings of the run say of the task's job cluster, ready to be created.
Answer<JsonObject> job_cluster_spec(const Run& run, const Run& task, const std::string& cluster_id);

/// Those that a job run may have, and those that some of its tasks is still to use; by their ids.
std::set<std::string> job_clusters_of(const Run& run);
std::set<std::string> job_clusters_in_use(const std::vector<Run>& tasks);

}  // namespace weir::workspace
