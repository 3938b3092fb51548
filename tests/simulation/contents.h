// What the files of all results hold, by the names that a history gives them: what was reported, and not what is on any
// disk.
#pragma once

#include "base/json.h"

namespace weir::sim {

void forget_contents();
void remember_content(const json& reported);

/// A recorded result as it was reported. Throws Violation for a reference to something that nobody has reported.
json content_of(const json& recorded);

/// The name of the file that a recorded result refers to; empty for one that is in the history.
std::string file_of(const json& recorded);

}  // namespace weir::sim
