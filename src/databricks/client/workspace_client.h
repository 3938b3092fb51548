// The REST API of one workspace. It knows addresses, headers and errors; what to do about an error is the
// caller's: the executor resends for as long as it takes, the command line asks a PatientClient.
#pragma once

#include <functional>

#include "databricks/client/api_call.h"
#include "databricks/client/connection.h"
#include "net/http_client.h"

namespace weir::databricks {

/// Thread-safe. `http` must outlive it.
class WorkspaceClient {
 public:
  WorkspaceClient(Connection connection, net::HttpClient& http);

  const Connection& connection() const { return connection_; }

  /// `done` is called exactly once, on the HTTP client's thread: hand over and return. This client may be
  /// destroyed before that.
  using Done = std::function<void(Answer)>;
  void call(const ApiRequest& request, Done done) const;

  Answer call_and_wait(const ApiRequest& request) const;

 private:
  net::HttpRequest http_request(const ApiRequest& request) const;

  Connection connection_;
  net::HttpClient& http_;
};

}  // namespace weir::databricks
