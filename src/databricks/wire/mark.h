// The mark by which a run in a workspace is recognised as one that weir started, even by a weir that has
// forgotten it: the attempt's token, in the description of the run's first task. Names of runs stay as people
// chose them, and tags of one-time runs are not shown by every workspace.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace weir::databricks {

/// Adds the mark to the first task of a request to runs/submit whose tasks are an array. `who` is for people:
/// "tutorial/daily of run calm-otter".
void put_mark(json& body, std::string_view who, std::string_view token);

/// The token in the mark of `run`, as runs/get and runs/list with expand_tasks show it.
std::optional<std::string> mark_of(const json& run);

}  // namespace weir::databricks
