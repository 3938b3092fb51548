#include "workspace/clusters/cluster.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/ids.h"

namespace weir::workspace {
namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"PENDING", "RUNNING", "RESTARTING", "RESIZING", "TERMINATING", "TERMINATED", "ERROR"});

}  // namespace

std::string_view name_of(ClusterState state) { return names[static_cast<std::size_t>(state)]; }

ClusterState parse_cluster_state(std::string_view text) {
  auto found = std::ranges::find(names, text);
  return found == names.end() ? ClusterState::error : static_cast<ClusterState>(found - names.begin());
}

Termination Termination::from_json(const json& value) {
  Termination reason{.code = string_or(value, "code", ""), .type = string_or(value, "type", "")};
  if (const json* parameters = find(value, "parameters"); parameters && parameters->is_object())
    reason.parameters = parameters->get_object();
  return reason;
}

std::string make_cluster_id(std::int64_t now_ms) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  SystemRandom random;
  std::string suffix;
  for (int i = 0; i < 8; ++i) suffix += letters[random.next() % letters.size()];
  auto at = std::chrono::sys_time<std::chrono::seconds>(std::chrono::seconds(now_ms / 1000));
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss of_day(at - day);
  return fmt::format("{:02}{:02}-{:02}{:02}{:02}-{}", static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), of_day.hours().count(), of_day.minutes().count(),
                     of_day.seconds().count(), suffix);
}

}  // namespace weir::workspace
