#include "process/command.h"

#include <algorithm>

#include <sys/wait.h>
#include <unistd.h>

namespace weir::process {

std::vector<std::string> inherited_environment(
    const std::vector<std::pair<std::string, std::string>>& overrides) {
  std::vector<std::string> environment;
  for (char** entry = ::environ; entry && *entry; ++entry) environment.emplace_back(*entry);
  for (const auto& [key, value] : overrides) set_variable(environment, key, value);
  return environment;
}

std::optional<std::string> find_variable(const std::vector<std::string>& environment, std::string_view key) {
  for (const auto& entry : environment) {
    if (entry.size() > key.size() && entry[key.size()] == '=' && entry.starts_with(key)) {
      return entry.substr(key.size() + 1);
    }
  }
  return std::nullopt;
}

void set_variable(std::vector<std::string>& environment, std::string_view key, std::string_view value) {
  const std::string prefix = std::string(key) + "=";
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(prefix); });
  environment.push_back(prefix + std::string(value));
}

Exit exit_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return {.code = 128 + WTERMSIG(wait_status), .signal = WTERMSIG(wait_status)};
  return {.code = WEXITSTATUS(wait_status), .signal = 0};
}

}  // namespace weir::process
