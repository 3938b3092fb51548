// Checks and completes the task objects of runs/submit.
#pragma once

#include <optional>
#include <string>

#include "core/kind.h"
#include "databricks/operations/parameters.h"

namespace weir::databricks {

/// A task key the API takes, made from a weir task key: other characters become '_', at most 100 of them.
std::string wire_task_key(std::string_view key);

/// Moves what belongs to a task (its type, cluster, libraries, …) from the top level into a one-element tasks
/// array.
void move_into_task(JsonObject& body, std::string_view task_key);

/// Refuses: no or several task types in one task, a misspelt one, two clusters. Turns parameters into text.
/// `where` is the JSON pointer of the task, as its author knows it.
std::optional<core::Problem> check_task(json& task, const std::string& where);

/// The same for every task of an array, and: missing or repeated task keys, depends_on that names no task.
std::optional<core::Problem> check_tasks(json& tasks);

/// Of tasks that are added to those of a job, or take their place: they may depend on tasks that are not among them.
/// `where` is the JSON pointer of the settings they are in.
std::optional<core::Problem> check_changed_tasks(json& tasks, const std::string& where);

/// The task type fields of `object`; a near miss of a known type is a problem.
std::expected<std::vector<std::string>, core::Problem> task_types_of(const JsonObject& object,
                                                                     const std::string& where);

}  // namespace weir::databricks
