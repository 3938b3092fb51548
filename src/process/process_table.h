// What /proc says about processes, and handles that cannot come to mean a stranger with the same number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "process/fd.h"

namespace weir::process {

struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';
  std::uint64_t start_ticks = 0;
  bool has_ended() const { return state == 'Z' || state == 'X'; }  ///< a zombie only waits to be reaped
};

/// nullopt when there is no such process.
std::optional<ProcessInfo> read_process(pid_t pid);

/// Stands for one process for good, whoever gets its number later; readable once it has ended. Empty when there is no
/// such process.
Fd open_pidfd(pid_t pid);
void send_signal(const Fd& pidfd, int signal);

/// Changes with every start of the machine.
std::string read_boot_id();

/// Everything but zombies.
std::vector<ProcessInfo> living_processes();

/// NAME=value, each with a zero byte at its end. Empty when it may not be seen.
std::string read_environment(pid_t pid);

/// What the process was started with, each argument with a zero byte at its end. Empty when it has ended.
std::string read_arguments(pid_t pid);

}  // namespace weir::process
