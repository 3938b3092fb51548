#include "process/process_table.h"

#include <array>
#include <charconv>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

std::string read_environment(pid_t pid) { return read_whole("/proc/" + std::to_string(pid) + "/environ"); }

std::string read_arguments(pid_t pid) { return read_whole("/proc/" + std::to_string(pid) + "/cmdline"); }

Fd open_pidfd(pid_t pid) { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

void send_signal(const Fd& pidfd, int signal) {
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
}

std::string read_boot_id() {
  std::string id = read_whole("/proc/sys/kernel/random/boot_id");
  while (id.ends_with('\n')) id.pop_back();
  return id;
}

}  // namespace weir::process
