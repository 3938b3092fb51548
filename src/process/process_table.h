// What /proc says about processes, and signals that cannot hit a stranger who got the same number meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

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

/// Changes with every start of the machine.
std::string read_boot_id();

/// Signals every living descendant of `ancestor`, but not itself. Returns how many there were. Processes
/// started meanwhile may be missed: who wants them all gone repeats until the answer is 0.
std::size_t signal_descendants(pid_t ancestor, int signal);

/// Kills every living process whose environment carries `tree` in WEIR_TREE, and the descendants of those.
/// Returns how many there were; to be repeated likewise.
std::size_t kill_marked(std::string_view tree);

/// The value of WEIR_TREE for a command of tree `tree`, inside the trees named by `outer`, which may be
/// empty.
std::string nest_tree(std::string_view outer, std::string_view tree);

inline constexpr std::string_view tree_variable = "WEIR_TREE";

}  // namespace weir::process
