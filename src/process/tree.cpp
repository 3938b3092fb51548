#include "process/tree.h"

#include <unordered_set>

#include <signal.h>
#include <unistd.h>

#include "process/process_table.h"

namespace weir::process {
namespace {

constexpr int empty_passes_needed = 3;

/// Adds to `family` whoever has a parent in it, and their children, and so on.
void add_descendants(std::unordered_set<pid_t>& family, const std::vector<ProcessInfo>& processes) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& process : processes) {
      if (family.contains(process.parent)) grew |= family.insert(process.pid).second;
    }
  }
}

/// Once the pidfd is open and the start time still matches, the number cannot change hands any more.
void signal_process(const ProcessInfo& process, int signal) {
  const Fd pidfd = open_pidfd(process.pid);
  const auto current = read_process(process.pid);
  if (pidfd && current && current->start_ticks == process.start_ticks) send_signal(pidfd, signal);
}

std::size_t signal_family(const std::unordered_set<pid_t>& family, const std::vector<ProcessInfo>& processes,
                          int signal) {
  std::size_t count = 0;
  for (const auto& process : processes) {
    if (!family.contains(process.pid)) continue;
    signal_process(process, signal);
    ++count;
  }
  return count;
}

bool is_marked(pid_t pid, std::string_view tree) {
  const std::string environment = read_environment(pid);
  const std::string prefix = std::string(tree_variable) + "=";
  std::string_view rest = environment;
  while (!rest.empty()) {
    std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.starts_with(prefix)) {
      const std::string trees = ":" + std::string(entry.substr(prefix.size())) + ":";
      return trees.find(":" + std::string(tree) + ":") != std::string::npos;
    }
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return false;
}

/// Kills who carries the mark, and their descendants. Returns how many there were.
std::size_t kill_marked(std::string_view tree) {
  const auto processes = living_processes();
  std::unordered_set<pid_t> family;
  for (const auto& process : processes) {
    if (is_marked(process.pid, tree)) family.insert(process.pid);
  }
  add_descendants(family, processes);
  family.erase(::getpid());
  return signal_family(family, processes, SIGKILL);
}

}  // namespace

std::size_t signal_descendants(pid_t ancestor, int signal) {
  const auto processes = living_processes();
  std::unordered_set<pid_t> family{ancestor};
  add_descendants(family, processes);
  family.erase(ancestor);
  return signal_family(family, processes, signal);
}

bool TreeSweep::pass() {
  empty_passes_ = kill_marked(tree_) == 0 ? empty_passes_ + 1 : 0;
  return empty_passes_ >= empty_passes_needed;
}

std::string nest_tree(std::string_view outer, std::string_view tree) {
  return outer.empty() ? std::string(tree) : std::string(outer) + ":" + std::string(tree);
}

}  // namespace weir::process
