// The checks that need all tasks of a file: that what they name exists, that they do not wait in circles, and
// that what they ask for can ever come.
#pragma once

#include <span>

#include "yaml/faults.h"
#include "yaml/task_draft.h"

namespace weir::yaml {

void check_tasks(std::span<const TaskDraft> tasks, Faults& faults);

/// That every look-up of a parameter names one of them.
void check_parameters(std::span<const TaskDraft> tasks, const JsonObject& parameters, Faults& faults);

/// That rules about upstreams have upstreams to judge.
void check_triggers(std::span<const TaskDraft> tasks, Faults& faults);

}  // namespace weir::yaml
