// Which task runs on this thread: weir::context() looks it up.
#pragma once

#include <functional>

#include <weir/json.h>

#include "workers/function_executor.h"

namespace weir::api {

/// Calls a user's function as an attempt: with its context, and with what it throws told apart.
workers::FunctionBody function_body(std::function<json(const json& inputs)> function);

}  // namespace weir::api
