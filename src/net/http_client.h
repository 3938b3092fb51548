// An HTTP client: many requests at once on one thread of its own, over libcurl. It follows no redirects (a
// credential must not travel to another host), verifies TLS, honours the proxy and CA variables of the environment,
// and retries nothing: who knows the meaning of a request decides that.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/http.h"

namespace weir::net {

struct HttpRequest {
  std::string method = "GET";
  std::string url{};
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  ///< for the whole exchange
};

struct HttpResponse {
  int status = 0;
  Headers headers{};
  std::string body{};
};

/// Thread-safe. Destruction ends requests under way with Code::interrupted.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;

  /// An HTTP answer of any status is a value. No answer is an error: Code::unavailable (could not resolve, connect,
  /// verify or read; the message names the host and the cause), Code::timeout, Code::interrupted or Code::invalid
  /// (a URL that is none). `done` is called exactly once, on the client's thread: hand over and return.
  using Done = std::function<void(Result<HttpResponse>)>;
  void send(HttpRequest request, Done done);

  /// The same for callers that may block. Not from inside a `done`.
  Result<HttpResponse> send_and_wait(HttpRequest request);

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

}  // namespace weir::net
