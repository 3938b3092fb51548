// /api/2.x/jobs: create, get, list, reset, update, delete.
#pragma once

#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/runner/scheduler.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/permissions/permission_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

/// Every version of the Jobs API.
inline constexpr std::initializer_list<std::string_view> job_versions = {"2.0", "2.1", "2.2"};

/// "Job 7 does not exist.": 404 in 2.2, 400 before; clients know both by the wording. The same for "Run".
std::unexpected<ApiError> unknown_id(std::string_view version, std::string_view what, std::int64_t id);

class JobsApi {
 public:
  JobsApi(State& state, Runner& runner, Scheduler& scheduler, DestinationStore destinations, std::string user)
      : state_(state),
        jobs_(state),
        permissions_(state),
        destinations_(std::move(destinations)),
        runner_(runner),
        scheduler_(scheduler),
        user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply reset(const Call& call);
  Reply update(const Call& call);
  Reply remove(const Call& call);
  Answer<Job> job_of(std::string_view version, std::int64_t job_id);
  Answer<void> check(std::int64_t job_id, const JsonObject& settings);
  Reply replace(Job job, const JsonObject& settings);
  JsonObject show(Job job, std::string_view version) const;

  State& state_;
  JobStore jobs_;
  PermissionStore permissions_;
  DestinationStore destinations_;
  Runner& runner_;
  Scheduler& scheduler_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
