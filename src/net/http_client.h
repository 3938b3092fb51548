// An HTTP client: many requests at once on one thread of its own, over libcurl. It follows no redirects (a
// credential must not travel to another host), verifies TLS, honours the proxy and CA variables of the
// environment (loopback needs no proxy), decodes compressed answers and retries nothing: who knows the
// meaning of a request decides that. Only where HTTP says that twice is the same as once (any method but POST
// and PATCH) is a request sent again after a kept connection turned out dead.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/http.h"

namespace weir::net {

/// A body that is read from a file while it is sent, for what does not fit into memory.
struct FileBody {
  std::shared_ptr<std::FILE> file{};                ///< null: none
  std::uint64_t bytes = 0;                          ///< that many are sent, from the start of the file
  std::function<void(std::uint64_t bytes)> sent{};  ///< told how many were, on the client's thread
};

struct HttpRequest {
  std::string method = "GET";
  std::string url{};
  Headers headers{};
  std::string body{};
  FileBody file{};  ///< in place of `body`, for a PUT
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  ///< for the whole exchange, waiting included
};

struct HttpResponse {
  int status = 0;
  Headers headers{};
  std::string body{};
};

/// For headers and decoded body of an answer; more is Code::unavailable.
constexpr std::size_t response_bytes_max = 64 * 1024 * 1024;

/// At most 200 requests are on the wire at once, or as many as it is told; the others wait, those with the nearest
/// deadline first. Thread-safe. Destruction ends requests under way with Code::interrupted.
class HttpClient {
 public:
  /// libcurl walks all connections of a client for each request; past a few hundred that costs more than it brings.
  static constexpr std::size_t connections_max = 200;

  explicit HttpClient(std::size_t connections = connections_max);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;

  /// An HTTP answer of any status is a value. No answer is an error: Code::unavailable (could not resolve,
  /// connect, verify or read; the message names the host and the cause), Code::timeout, Code::interrupted or
  /// Code::invalid (no http or https URL, a header with a line break). No message holds a credential. `done`
  /// is called exactly once, on the client's thread: hand over and return.
  using Done = std::function<void(Result<HttpResponse>)>;
  void send(HttpRequest request, Done done);

  /// The same for callers that may block. Not from inside a `done`.
  Result<HttpResponse> send_and_wait(HttpRequest request);

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

}  // namespace weir::net
