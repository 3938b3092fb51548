#include "cli/remote/cluster_wait.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace weir::cli {
namespace {

using databricks::Clusters;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds pause_max{10'000};
constexpr milliseconds local_pause_max{500};

std::string reason_of(const json& cluster) {
  const json* reason = find(cluster, "termination_reason");
  auto code = reason ? string_or(*reason, "code", "") : "";
  auto message = string_or(cluster, "state_message", "");
  if (code.empty() || message.empty()) return code + message;
  return fmt::format("{}: {}", code, message);
}

/// Being unable to ask is waited out: it says nothing about the cluster.
Result<void> wait_for(const Clusters& clusters, const std::string& id, const std::string& wanted, bool local,
                      const Terminal& out) {
  std::string seen;
  for (auto pause = first_pause;; pause = std::min(pause * 13 / 10, local ? local_pause_max : pause_max)) {
    auto cluster = clusters.get(id);
    bool out_of_reach =
        !cluster && (cluster.error().code == Code::unavailable || cluster.error().code == Code::timeout);
    if (!cluster && !out_of_reach) return std::unexpected(cluster.error());
    if (cluster) {
      auto now = string_or(*cluster, "state", "");
      if (now != std::exchange(seen, now)) {
        out.say(out.ink(Terminal::Ink::dim, fmt::format("cluster {} is {}", id, now)));
      }
      if (now == wanted) return {};
      if (is_final(now)) {
        return fail(Code::failed, fmt::format("cluster {} is {}, not {}", id, now, wanted),
                    reason_of(*cluster));
      }
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

bool is_final(const std::string& state) {
  return state == "TERMINATED" || state == "ERROR" || state == "UNKNOWN";
}

Result<void> wait_until_running(const Clusters& clusters, const std::string& cluster_id, bool local,
                                const Terminal& out) {
  return wait_for(clusters, cluster_id, "RUNNING", local, out);
}

Result<void> wait_until_terminated(const Clusters& clusters, const std::string& cluster_id, bool local,
                                   const Terminal& out) {
  return wait_for(clusters, cluster_id, "TERMINATED", local, out);
}

}  // namespace weir::cli
