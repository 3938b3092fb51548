// From a job's name to its id.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "databricks/executor/session.h"

namespace weir::databricks {

/// Asks for jobs of exactly that name and, when there is none, for all names, so that the error can name the
/// nearest. Code::not_found, or Code::invalid when several jobs share the name. Transient trouble goes to
/// `again`, as in call_until_settled.
void look_up_job(Session& session, std::string name, std::weak_ptr<void> owner,
                 std::function<bool(const CallError&)> again, std::function<void(Result<std::int64_t>)> done);

}  // namespace weir::databricks
