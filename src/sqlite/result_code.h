// SQLite's last failure on a connection as an Error; internal to this folder.
#pragma once

#include <string_view>

#include "base/error.h"

struct sqlite3;

namespace weir::sqlite {

Error error_of(sqlite3* connection, std::string_view doing);

}  // namespace weir::sqlite
