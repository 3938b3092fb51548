// The checks that need all tasks of a file: that what they name exists, and that they do not wait in circles.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "yaml/faults.h"
#include "yaml/task_draft.h"

namespace weir::yaml {

void check_tasks(std::span<const TaskDraft> tasks, Faults& faults);

/// That every look-up of a parameter names one of them.
void check_parameters(std::span<const TaskDraft> tasks, const JsonObject& parameters, Faults& faults);

}  // namespace weir::yaml
