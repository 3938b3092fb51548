// The calls of the Secrets API. Values go in and never come out here: nobody but a cluster needs them.
#pragma once

#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

ApiRequest create_scope(json body);  ///< {"scope", "initial_manage_principal", …}
ApiRequest delete_scope(std::string_view scope);
ApiRequest scopes();
ApiRequest put_secret(std::string_view scope, std::string_view key, std::string_view value);
ApiRequest delete_secret(std::string_view scope, std::string_view key);
ApiRequest secrets(std::string_view scope);  ///< keys and times

}  // namespace weir::databricks::requests
