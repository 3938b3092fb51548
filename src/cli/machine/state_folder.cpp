#include "cli/machine/state_folder.h"

#include <cstdlib>

#include <fmt/format.h>
#include <sys/stat.h>

namespace weir::cli {
namespace {

std::filesystem::path choose() {
  if (const char* home = std::getenv("WEIR_HOME"); home && *home) return std::filesystem::absolute(home);
  std::error_code error;
  auto here = std::filesystem::current_path(error);
  if (auto found = find_upwards(here, ".weir"); !error && !found.empty()) return found;
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home && *home ? home : "/") / ".weir";
}

}  // namespace

std::filesystem::path find_upwards(const std::filesystem::path& start, const std::filesystem::path& name) {
  for (auto folder = start;; folder = folder.parent_path()) {
    std::error_code error;
    if (std::filesystem::exists(folder / name, error)) return folder / name;
    if (folder == folder.root_path()) return {};
  }
}

Result<std::filesystem::path> state_folder() {
  auto folder = choose();
  std::error_code error;
  bool is_new = std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    return fail(Code::invalid, fmt::format("cannot use {} as state folder", folder.string()),
                "set WEIR_HOME to a folder that you may write");
  }
  if (is_new) chmod(folder.c_str(), 0700);
  return folder;
}

}  // namespace weir::cli
