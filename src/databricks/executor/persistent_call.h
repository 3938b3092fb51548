// A call that is repeated, unchanged, until it has an answer that settles it.
#pragma once

#include <functional>
#include <memory>

#include "databricks/executor/pace.h"
#include "databricks/executor/session.h"

namespace weir::databricks {

/// `again` is told about each failure and says whether to try once more. Nothing is called any more once
/// `owner` is gone. Loop thread only; `done` runs there too.
void call_until_settled(Session& session, ApiRequest request, std::weak_ptr<void> owner,
                        std::function<bool(const CallError&)> again, std::function<void(Answer)> done);

}  // namespace weir::databricks
