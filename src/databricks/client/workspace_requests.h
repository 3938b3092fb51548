// The calls of the Workspace API: the tree of notebooks, folders and files.
#pragma once

#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

ApiRequest workspace_status(std::string_view path);
ApiRequest workspace_list(std::string_view path);
ApiRequest workspace_make_folders(std::string_view path);
ApiRequest workspace_delete(std::string_view path, bool recursive);

/// `how` has "path", "format" ("SOURCE", "JUPYTER", "RAW", …) and, for SOURCE, "language". At most
/// notebook_bytes_max. Repeatable when it may overwrite.
ApiRequest workspace_import(JsonObject how, std::string_view contents, bool overwrite);
ApiRequest workspace_export(std::string_view path, std::string_view format = "AUTO");

}  // namespace weir::databricks::requests
