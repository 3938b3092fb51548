#include "workspace/spark/machine_memory.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

#include "workspace/home/home.h"

namespace weir::workspace {
namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_at(std::string_view text, std::uint64_t otherwise) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? number : otherwise;
}

/// What version 2 of control groups still allows; unlimited where there is no such limit.
std::uint64_t left_in_group() {
  auto most = read_file("/sys/fs/cgroup/memory.max");
  auto used = read_file("/sys/fs/cgroup/memory.current");
  if (!most || !used) return unlimited;
  std::uint64_t limit = number_at(*most, unlimited);
  return limit == unlimited ? unlimited : limit - std::min(limit, number_at(*used, 0));
}

}  // namespace

std::uint64_t meminfo_bytes(std::string_view text, std::string_view name) {
  auto found = text.find(std::string(name) + ":");
  return found == std::string_view::npos ? 0 : 1024 * number_at(text.substr(found + name.size() + 1), 0);
}

std::uint64_t total_memory_bytes() {
  auto text = read_file("/proc/meminfo");
  return text ? meminfo_bytes(*text, "MemTotal") : 0;
}

std::uint64_t available_memory_bytes() {
  auto text = read_file("/proc/meminfo");
  return std::min(text ? meminfo_bytes(*text, "MemAvailable") : 0, left_in_group());
}

}  // namespace weir::workspace
