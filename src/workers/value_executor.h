// Runs tasks of kind `value`: the rendered inputs are the result. For constants, and for putting together
// what other tasks gave.
//
//   summary: {needs: [a, b], value: {total: "{{ tasks.a.result.count }}", of: "{{ tasks.b.result }}"}}
#pragma once

#include <memory>

#include "runtime/executor.h"

namespace weir::workers {

std::unique_ptr<runtime::Executor> make_value_executor();

}  // namespace weir::workers
