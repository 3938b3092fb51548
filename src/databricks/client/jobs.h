// Jobs and their runs, for callers that may block: pages are put together here, names become ids here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

struct JobName {
  std::int64_t job_id = 0;
  std::string name{};
};

/// Reads id and name of a job as jobs/list shows it.
JobName job_name_of(const json& job);

/// The one job of that name. Code::not_found names the nearest of `known`; Code::invalid lists the ids when
/// several jobs share the name.
Result<std::int64_t> choose_job(std::string_view name, const std::vector<JobName>& known);

/// `client` must outlive it.
class Jobs {
 public:
  explicit Jobs(const PatientClient& client) : client_(client) {}

  Result<std::int64_t> create(json settings) const;  ///< the new job's id
  Result<json> get(std::int64_t job_id) const;       ///< with all pages of tasks and job clusters
  Result<std::vector<json>> list(const std::optional<std::string>& name = std::nullopt) const;
  Result<void> reset(std::int64_t job_id, json settings) const;  ///< in place of all it had
  Result<void> update(std::int64_t job_id, json settings, const std::vector<std::string>& unwanted) const;
  Result<void> remove(std::int64_t job_id) const;

  /// Takes an id ("42") or a name, exactly as written. Digits are an id unless only a job of that name
  /// exists.
  Result<std::int64_t> find(std::string_view id_or_name) const;

  Result<std::int64_t> run_now(json body) const;  ///< the run's id
  Result<std::int64_t> submit(json body) const;
  Result<json> run(std::int64_t run_id) const;     ///< with all pages of tasks
  Result<json> output(std::int64_t run_id) const;  ///< of one task run
  Result<std::vector<json>> runs(JsonObject filters, std::size_t count_max) const;  ///< newest first
  Result<void> cancel(std::int64_t run_id) const;      ///< asks for it; the run ends later
  Result<void> cancel_all(std::int64_t job_id) const;  ///< likewise
  Result<void> remove_run(std::int64_t run_id) const;  ///< one that has ended

  /// Runs tasks of an ended run again, in the same run: `body` has rerun_tasks or rerun_all_failed_tasks, and what else
  /// the API takes. Finds out about earlier repairs by itself.
  Result<std::int64_t> repair(std::int64_t run_id, json body) const;

 private:
  Result<json> all_pages(const std::function<ApiRequest(std::string_view page_token)>& page) const;
  Result<std::int64_t> start(std::string_view path, json body) const;

  const PatientClient& client_;
};

}  // namespace weir::databricks
