// Which flows a Python file defines, found by reading and not by running it: good enough for completion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::cli {

/// In the order of the text. Sees functions under @flow, @weir.flow and @flow(…), with the name that those give.
std::vector<std::string> flows_in_text(std::string_view text);

/// Empty for a file that cannot be read.
std::vector<std::string> python_flows(const std::string& file);

}  // namespace weir::cli
