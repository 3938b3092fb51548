#include "process/family_memory.h"

#include <fstream>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <unistd.h>

#include "process/process_table.h"

namespace weir::process {

std::vector<FamilyMemory> memory_of_families(const std::vector<pid_t>& ancestors) {
  std::unordered_multimap<pid_t, pid_t> children;
  std::unordered_set<pid_t> lives;
  for (const ProcessInfo& process : living_processes()) {
    children.emplace(process.parent, process.pid);
    lives.insert(process.pid);
  }
  std::vector<FamilyMemory> families;
  for (pid_t ancestor : ancestors) {
    FamilyMemory& family = families.emplace_back();
    std::vector<pid_t> members;
    if (lives.contains(ancestor)) members.push_back(ancestor);
    for (std::size_t next = 0; next < members.size(); ++next) {
      family += {.bytes = resident_bytes(members[next]), .processes = 1};
      auto [begin, end] = children.equal_range(members[next]);
      for (auto child = begin; child != end; ++child) members.push_back(child->second);
    }
  }
  return families;
}

std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return statm ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace weir::process
