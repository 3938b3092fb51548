// One library of a cluster, as requests name it: {"pypi": {"package": "simplejson"}}, {"jar": "dbfs:/a.jar"} …
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// The identity of a library: its JSON with the keys in order, so that two ways to write one are one.
std::string canonical_text(const json& value);

/// The identities of `libraries` of a request. Refuses, naming the place, what has no kind or several, or lacks what its
/// kind needs.
Answer<std::vector<std::string>> read_libraries(const JsonArray& libraries);

}  // namespace weir::workspace
