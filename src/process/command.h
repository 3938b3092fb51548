// What to execute: always an argument vector, never a shell line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::process {

struct Command {
  std::vector<std::string> argv{};         ///< argv[0] is looked up on PATH when it has no slash
  std::vector<std::string> environment{};  ///< the whole of it, as KEY=VALUE; see inherited_environment
  std::filesystem::path directory{};       ///< working directory; empty for ours
  std::string owner{};                     ///< whose command it is: what is_still_ending is asked about
};

/// Our own environment as KEY=VALUE, with `overrides` replacing or adding keys.
std::vector<std::string> inherited_environment(
    const std::vector<std::pair<std::string, std::string>>& overrides = {});

/// One variable of such an environment; nullopt when it is not set.
std::optional<std::string> find_variable(const std::vector<std::string>& environment, std::string_view key);

/// Replaces or adds one variable.
void set_variable(std::vector<std::string>& environment, std::string_view key, std::string_view value);

/// How a process ended: by its own exit code, or by a signal (then `code` is 128 + signal, as shells say it).
struct Exit {
  int code = 0;
  int signal = 0;
  bool ok() const { return code == 0; }
};

/// From the status that waitpid() gives.
Exit exit_of(int wait_status);

}  // namespace weir::process
