// One call of the REST API and its answer, as values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "net/http_client.h"

namespace weir::databricks {

struct ApiRequest {
  std::string method = "GET";
  std::string path{};       ///< "/api/2.2/jobs/get"
  net::Headers query{};     ///< names and values, not yet encoded
  json body = nullptr;      ///< null: no body
  bool repeatable = false;  ///< sending it twice does no more than sending it once

  /// For the Files API: a body of plain bytes, and an answer that is one (a string, whatever bytes it has).
  std::optional<std::string> bytes{};
  bool answers_bytes = false;
  net::FileBody file{};  ///< the same body from a file
  net::Headers headers{};
  std::optional<std::chrono::milliseconds>
      timeout{};  ///< for the whole exchange, where the usual is too short
};

/// Why a call did not succeed.
struct CallError {
  Error error{};
  int status = 0;          ///< 0: no answer came; the request may or may not have been carried out
  std::string api_code{};  ///< "RESOURCE_DOES_NOT_EXIST"
  std::optional<Duration> retry_after{};  ///< what the service asked for
  bool unsent = false;  ///< the request never left: signing in did not work; the rest is about that
  bool credential_refused = false;  ///< expired or revoked: another one may be let in

  bool has_answer() const { return status != 0; }
  /// Whether the workspace has certainly done nothing: it was too busy to take the request, or never saw it.
  bool was_not_taken() const { return status == 429 || unsent; }
  /// Whether the same request may succeed later.
  bool is_transient() const { return error.code == Code::unavailable || error.code == Code::timeout; }
};

using Answer = std::expected<json, CallError>;

}  // namespace weir::databricks
