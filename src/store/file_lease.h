// A lease as a locked file: the kernel lets go of it when the process dies, kill -9 included. One host only.
#pragma once

#include <filesystem>
#include <memory>

#include "store/store.h"

namespace weir::store {

/// Code::conflict, naming the process, when somebody else holds it. The file is removed when the lease ends.
Result<std::unique_ptr<Lease>> lease_by_file(const std::filesystem::path& file, const std::string& what);

/// Whether some living process holds it.
bool is_leased(const std::filesystem::path& file);

/// Whether it is held and there is no process of the number that took it.
bool is_being_left(const std::filesystem::path& file);

}  // namespace weir::store
