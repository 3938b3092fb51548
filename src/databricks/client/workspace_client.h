// The REST API of one workspace. It knows addresses, headers and errors, and how to stay signed in; what to do
// about an error is the caller's: the executor resends for as long as it takes, the command line asks a
// PatientClient.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "databricks/client/api_call.h"
#include "databricks/client/connection.h"
#include "net/http_client.h"

namespace weir::databricks {

/// The machine's clock, by which access tokens expire.
const Clock& machine_clock();

/// Thread-safe. `http` and `clock` must outlive it, and the calls under way.
class WorkspaceClient {
 public:
  WorkspaceClient(Connection connection, net::HttpClient& http, const Clock& clock = machine_clock());

  const Connection& connection() const;

  /// `done` is called exactly once, on the HTTP client's thread: hand over and return. This client may be
  /// destroyed before that. A refusal (401) of an access token leads to one more try with a new one.
  using Done = std::function<void(Answer)>;
  void call(const ApiRequest& request, Done done) const;

  Answer call_and_wait(const ApiRequest& request) const;

 private:
  struct Link;
  std::shared_ptr<Link> link_;
};

}  // namespace weir::databricks
