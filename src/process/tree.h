// All that a command has started, however it has detached itself: found from its supervisor down, or without one.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace weir::process {

/// Signals every living descendant of `ancestor`, but not itself. Returns how many there were. Processes started
/// meanwhile may be missed: who wants them all gone repeats until none are left.
std::size_t signal_descendants(pid_t ancestor, int signal);

/// The environment variable that marks the processes of a tree, with the names of all trees around it too:
/// "outer:inner". It is inherited by whatever a process starts; sessions and parents can be left behind.
inline constexpr std::string_view tree_variable = "WEIR_TREE";

/// Its value for a command of tree `tree`, inside the trees named by `outer`, which may be empty.
std::string nest_tree(std::string_view outer, std::string_view tree);

/// Kills the processes that are marked with a tree, and their descendants, when no supervisor is left to do it. One
/// pass that finds nobody proves little: a process shows no environment while it is just executing another program.
class TreeSweep {
 public:
  static constexpr std::chrono::milliseconds pause{5};  ///< between two passes

  explicit TreeSweep(std::string tree) : tree_(std::move(tree)) {}

  /// True when the last few passes have found nobody.
  bool pass();

 private:
  std::string tree_;
  int empty_passes_ = 0;
};

}  // namespace weir::process
