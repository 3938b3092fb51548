// Who reads whose results: what decides how long a stored value is kept, and what must be made again with what.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/run.h"
#include "core/values.h"

namespace weir::core {

/// Whether the task looks up the result of `key`, in its inputs or before it starts.
bool reads_result(const TaskSpec& spec, const std::string& key);

/// The files of a run that has succeeded which nobody will miss: of results that had readers, unless the task says
/// `persist` or the result is cached. A file that another result refers to as well stays.
std::vector<std::string> files_to_drop(const Run& run);

/// Task runs of the stage that have a result, those of its elements included.
std::vector<TaskIndex> results_of(const Run& run, const Stage& stage);

/// `again`, and the tasks whose results are needed for that, or for what follows from it, and are gone.
std::vector<TaskIndex> with_producers(const Run& run, std::vector<TaskIndex> again,
                                      const std::function<bool(const StoredValue&)>& is_there);

}  // namespace weir::core
