// Files of this machine, for operations that copy them.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace weir::databricks {

/// Code::not_found when there is none, Code::invalid when it is larger than `bytes_max` or no file.
Result<std::string> read_local_file(const std::string& file, std::size_t bytes_max);

/// Whole or not at all: it is written beside and then renamed. Folders on the way are made.
Result<void> write_local_file(const std::string& file, const std::string& bytes);

}  // namespace weir::databricks
