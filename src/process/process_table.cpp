#include "process/process_table.h"

#include <array>
#include <charconv>
#include <memory>
#include <unordered_set>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/fd.h"

namespace weir::process {
namespace {

std::string read_whole(const std::string& path) {
  std::string text;
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while (file && (count = ::read(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<ProcessInfo> living_processes() {
  std::vector<ProcessInfo> processes;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
    auto pid = parse_number<pid_t>(entry->d_name);
    if (auto info = pid ? read_process(*pid) : std::nullopt; info && !info->has_ended())
      processes.push_back(*info);
  }
  return processes;
}

/// Adds to `family` whoever has a parent in it, and their children, and so on.
void add_descendants(std::unordered_set<pid_t>& family, const std::vector<ProcessInfo>& processes) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& process : processes) {
      if (family.contains(process.parent)) grew |= family.insert(process.pid).second;
    }
  }
}

/// Through a pidfd: once it is open and the start time still matches, the number cannot change hands.
void send_signal(const ProcessInfo& process, int signal) {
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd) return;
  auto current = read_process(process.pid);
  if (!current || current->start_ticks != process.start_ticks) return;
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
}

std::size_t signal_family(const std::unordered_set<pid_t>& family, const std::vector<ProcessInfo>& processes,
                          int signal) {
  std::size_t count = 0;
  for (const auto& process : processes) {
    if (!family.contains(process.pid)) continue;
    send_signal(process, signal);
    ++count;
  }
  return count;
}

bool is_marked(pid_t pid, std::string_view tree) {
  const std::string environment = read_whole("/proc/" + std::to_string(pid) + "/environ");
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

}  // namespace

std::optional<ProcessInfo> read_process(pid_t pid) {
  const std::string stat = read_whole("/proc/" + std::to_string(pid) + "/stat");
  auto name_end = stat.rfind(')');  // the second field is a name in brackets that may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(stat).substr(std::min(name_end + 2, stat.size()));
  ProcessInfo info{.pid = pid};
  for (int field = 3; field <= 22 && !rest.empty(); ++field) {
    std::string_view text = rest.substr(0, rest.find(' '));
    if (field == 3) info.state = text[0];
    if (field == 4) info.parent = parse_number<pid_t>(text).value_or(0);
    if (field == 22) info.start_ticks = parse_number<std::uint64_t>(text).value_or(0);
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
  }
  return info;
}

std::string read_boot_id() {
  std::string id = read_whole("/proc/sys/kernel/random/boot_id");
  while (id.ends_with('\n')) id.pop_back();
  return id;
}

std::size_t signal_descendants(pid_t ancestor, int signal) {
  const auto processes = living_processes();
  std::unordered_set<pid_t> family{ancestor};
  add_descendants(family, processes);
  family.erase(ancestor);
  return signal_family(family, processes, signal);
}

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

std::string nest_tree(std::string_view outer, std::string_view tree) {
  return outer.empty() ? std::string(tree) : std::string(outer) + ":" + std::string(tree);
}

}  // namespace weir::process
