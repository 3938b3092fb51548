// Why a run ended, as status.termination_details says it, and whether the same request can end otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace weir::databricks {

struct Termination {
  std::string code{};     ///< "RUN_EXECUTION_ERROR"; empty on older services
  std::string type{};     ///< "CLIENT_ERROR", "CLOUD_FAILURE", …
  std::string message{};  ///< for people; of a cluster that failed it has the reason in it
};

/// From a Run or RunTask, whichever of the two generations of fields it has.
Termination termination_of(const json& run);

/// Why a cluster did not start or went away: "AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE" of type "CLOUD_FAILURE".
struct ClusterReason {
  std::string code{};
  std::string type{};
};

/// The reason in a message like "… not ready: Cluster is Terminated: BOOTSTRAP_TIMEOUT (CLOUD_FAILURE): …".
std::optional<ClusterReason> cluster_reason_in(std::string_view message);

/// False where the request, a right or a decision of a person has to change first: known codes as in the table of
/// termination.cpp; a code nobody knows by its type; a cluster by the type of its reason. What a user's code raised is
/// worth another try, whatever type the service gives it.
bool is_worth_retrying(const Termination& termination);

}  // namespace weir::databricks
