#include "databricks/wire/termination.h"

#include <algorithm>
#include <array>

namespace weir::databricks {
namespace {

struct Rule {
  std::string_view code;
  bool retry;
};

/// docs/reference/remote-runs.md says the same, for people.
constexpr auto rules = std::to_array<Rule>({
    {"RUN_EXECUTION_ERROR", true},  // the user's code; the service counts it as CLIENT_ERROR
    {"CLUSTER_ERROR", true},        // unless the cluster's own reason says otherwise
    {"DRIVER_ERROR", true},
    {"INTERNAL_ERROR", true},
    {"CLOUD_FAILURE", true},
    {"STORAGE_ACCESS_ERROR", true},
    {"LIBRARY_INSTALLATION_ERROR", true},  // a repository that did not answer looks the same as a wrong name
    {"REPOSITORY_CHECKOUT_FAILED", true},
    {"CLUSTER_REQUEST_LIMIT_EXCEEDED", true},
    {"WORKSPACE_RUN_LIMIT_EXCEEDED", true},
    {"MAX_CONCURRENT_RUNS_EXCEEDED", true},
    {"MAX_JOB_QUEUE_SIZE_EXCEEDED", true},
    {"MAX_SPARK_CONTEXTS_EXCEEDED", true},
    {"CANCELED", true},  // by the platform: a time limit, maintenance
    {"SKIPPED", true},
    {"BREAKING_CHANGE", false},
    {"BUDGET_POLICY_LIMIT_EXCEEDED", false},
    {"CLUSTER_TERMINATED_BY_USER", false},
    {"DISABLED", false},
    {"FEATURE_DISABLED", false},
    {"INVALID_CLUSTER_REQUEST", false},
    {"INVALID_RUN_CONFIGURATION", false},
    {"RESOURCE_NOT_FOUND", false},
    {"UNAUTHORIZED_ERROR", false},
    {"USER_CANCELED", false},
});

constexpr auto cluster_types =
    std::to_array<std::string_view>({"CLIENT_ERROR", "CLOUD_FAILURE", "SERVICE_FAULT"});

/// The word of capitals at the end of `text`.
std::string_view last_code(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  auto part_of_code = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  auto begin = std::find_if_not(text.rbegin(), text.rend(), part_of_code);
  return text.substr(text.size() - static_cast<std::size_t>(begin - text.rbegin()));
}

/// Codes that blame the cluster, or nobody: the reason in their message says more.
bool may_be_the_cluster(std::string_view code) {
  return code.empty() || code == "CLUSTER_ERROR" || code == "INTERNAL_ERROR";
}

}  // namespace

Termination termination_of(const json& run) {
  Termination found;
  const json* status = find(run, "status");
  if (const json* details = status ? find(*status, "termination_details") : nullptr) {
    found.code = string_or(*details, "code", "");
    found.type = string_or(*details, "type", "");
    found.message = string_or(*details, "message", "");
  }
  const json* state = find(run, "state");
  if (auto message = state ? string_or(*state, "state_message", "") : ""; !message.empty())
    found.message = message;
  return found;
}

std::optional<ClusterReason> cluster_reason_in(std::string_view message) {
  for (auto type : cluster_types) {
    auto at = message.find("(" + std::string(type) + ")");
    if (at == message.npos) continue;
    return ClusterReason{std::string(last_code(message.substr(0, at))), std::string(type)};
  }
  return std::nullopt;
}

bool is_worth_retrying(const Termination& termination) {
  if (may_be_the_cluster(termination.code)) {
    if (auto reason = cluster_reason_in(termination.message)) return reason->type != "CLIENT_ERROR";
  }
  auto rule = std::ranges::find(rules, termination.code, &Rule::code);
  return rule != rules.end() ? rule->retry : termination.type != "CLIENT_ERROR";
}

}  // namespace weir::databricks
