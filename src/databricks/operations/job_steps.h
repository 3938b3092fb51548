// Steps that several operations on jobs share.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "databricks/client/jobs.h"
#include "databricks/operations/given.h"
#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

/// Jobs of exactly this name, whatever the case.
Step jobs_named(std::string name, std::function<Step(std::vector<JobName>)> then);

/// The only job of that name; else what is wrong with it, with the nearest name.
Step with_job_named(std::string name, std::function<Step(std::int64_t)> then);

/// The job that the fields `job` (its name) or `job_id` name; call it after given.one_of({"job", "job_id"}).
Step with_job(Given& given, std::function<Step(std::int64_t)> then);

std::vector<core::Field> job_reference();  ///< these two fields

}  // namespace weir::databricks::operations
