// Kinds of task for the tests of this folder: one closed, one with a shorthand, one that takes anything, some
// open.
#pragma once

#include <vector>

#include "core/kind.h"

namespace weir::yaml {

inline const std::vector<core::Kind> test_kinds = {
    {.name = "value", .open = true},
    {.name = "process",
     .fields = {{"argv", core::FieldType::array, true, "the program and its arguments"},
                {"env", core::FieldType::object}},
     .shorthand = "argv"},
    {.name = "databricks.run_now",
     .fields = {{"job", core::FieldType::string, true, "name of the job"},
                {"notebook_params", core::FieldType::object}}},
    {.name = "databricks.submit_run", .fields = {{"run_name", core::FieldType::string}}, .open = true},
};

}  // namespace weir::yaml
