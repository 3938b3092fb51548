#include "store/result_files.h"

#include <fmt/format.h>

#include "base/ids.h"

namespace weir::store {

std::string cache_owner(const std::string& key) { return "cached/" + key; }

Result<std::string> ResultFiles::read(const std::string& owner, const std::string& name) {
  auto bytes = read_bytes(owner, name);
  if (!bytes || content_digest(*bytes) == name) return bytes;
  return fail(Code::internal, fmt::format("the stored value {} is damaged", path_of(owner, name).string()),
              "run the task that made it again: weir runs retry RUN --from TASK");
}

}  // namespace weir::store
