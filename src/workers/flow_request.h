// A task of kind `flow` as a run that could be started, and a finished run as the result of such a task.
#pragma once

#include <filesystem>

#include "core/run.h"
#include "runtime/executor.h"

namespace weir::workers {

/// Relative files are looked for beside the flow file of the parent, or where the program was that began it.
std::filesystem::path flow_file_of(const core::Run& parent, const json& inputs);

/// The values of all parameters. Code::invalid for one that is not declared, of another type than its default, or
/// missing.
Result<JsonObject> parameters_of(const core::FlowSpec& flow, const json& inputs);

/// Where the run of an attempt comes from, for RunStarted::source.
json source_of(const core::Run& parent, const runtime::Attempt& attempt, const std::filesystem::path& file);

/// How many parents the run has, one above the other.
std::int64_t depth_of(const core::Run& run);

/// The results of the tasks that no other needs, clean-up aside, by key.
json results_of(const core::Run& run);

/// Why a run that has ended did not succeed.
runtime::Failure failure_of(const core::Run& run);

}  // namespace weir::workers
