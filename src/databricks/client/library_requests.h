// The calls of the Libraries API. A library is an object with one key: {"maven": {"coordinates": …}}.
#pragma once

#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

ApiRequest install_libraries(std::string_view cluster_id, json libraries);
ApiRequest uninstall_libraries(std::string_view cluster_id, json libraries);  ///< in effect after a restart
ApiRequest library_statuses(std::string_view cluster_id);
ApiRequest all_library_statuses();

}  // namespace weir::databricks::requests
