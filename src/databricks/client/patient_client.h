// Blocking calls for the command line, with a little patience: a service that is busy or restarting for a few
// seconds does not break a command.
#pragma once

#include <functional>

#include "databricks/client/workspace_client.h"

namespace weir::databricks {

struct Patience {
  Duration budget = std::chrono::seconds(30);  ///< of waiting, over all tries of one call
  Duration first_delay = std::chrono::milliseconds(250);
  Duration delay_max = std::chrono::seconds(5);
  std::function<void(Duration)> wait{};  ///< empty: sleep
};

/// Thread-safe.
class PatientClient {
 public:
  explicit PatientClient(Connection connection, Patience patience = {}, const Clock& clock = machine_clock());

  const Connection& connection() const { return client_.connection(); }

  /// Repeatable requests are sent again after 429, 5xx, a timeout or no answer; others only after 429, which
  /// says that nothing happened, or when signing in did not work. Retry-After is obeyed when the budget allows it.
  Result<json> call(const ApiRequest& request) const;

 private:
  mutable net::HttpClient http_;
  WorkspaceClient client_;
  Patience patience_;
};

}  // namespace weir::databricks
