// /api/2.x/jobs: create, get, list, reset, update, delete.
#pragma once

#include "workspace/jobs/job_store.h"
#include "workspace/jobs/runner.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

/// Every version of the Jobs API.
inline constexpr std::initializer_list<std::string_view> job_versions = {"2.0", "2.1", "2.2"};

/// "Job 7 does not exist.": 404 in 2.2, 400 before; clients know both by the wording. The same for "Run".
std::unexpected<ApiError> unknown_id(std::string_view version, std::string_view what, std::int64_t id);

class JobsApi {
 public:
  JobsApi(State& state, Runner& runner, std::string user)
      : state_(state), jobs_(state), runner_(runner), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply reset(const Call& call);
  Reply update(const Call& call);
  Reply remove(const Call& call);
  Answer<Job> job_of(std::string_view version, std::int64_t job_id);
  JsonObject show(Job job, std::string_view version) const;

  State& state_;
  JobStore jobs_;
  Runner& runner_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
