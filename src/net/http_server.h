// An HTTP/1.1 server on a Loop. Handlers run on the loop's thread and answer with a whole response, at once or later;
// nothing here knows what is served. Boost.Beast stays behind this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"
#include "loop/loop.h"
#include "net/grpc_route.h"
#include "net/http.h"

namespace weir::net {

class TlsServerContext;

struct ServerRequest {
  std::string method{};
  std::string target{};  ///< as sent: raw path and query, or an absolute URL
  std::string path{};    ///< the path, still percent-encoded, of either form
  Headers query{};       ///< decoded name and value pairs, in order
  Headers headers{};
  bool is_secure = false;  ///< it came over TLS
  std::string body{};

  /// Where the body is instead, once the server was told to put it there (see Reception). A handler that wants to keep
  /// the file renames it; what is still there after the answer is removed.
  std::filesystem::path body_file{};

  std::optional<std::string> query_value(std::string_view name) const;
};

/// A part of an open file, read while it is sent. An answer whose file turns out shorter is cut off.
struct FilePart {
  std::shared_ptr<const Descriptor> file{};  ///< null: none
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  Headers headers{};
  FilePart file{};  ///< in place of `body`

  /// When set, the answer is not this one but what the function hands over, once, later and on the loop's thread; the
  /// headers above are added to it. For who holds a request until something has happened.
  using Answer = std::function<void(ServerResponse)>;
  std::function<void(Answer)> later{};
};

/// What becomes of a body, decided when the head of its request is there.
struct Reception {
  std::filesystem::path file{};      ///< a new file for it; empty: it stays in memory
  std::uint64_t body_bytes_max = 0;  ///< 0: as the server's options say
  std::optional<ServerResponse>
      refusal{};  ///< answered in place of reading a body; then the connection is closed
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                   ///< 0 lets the system choose; see HttpServer::port
  std::shared_ptr<TlsServerContext> tls{};  ///< null: plain HTTP
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 16 * 1024 * 1024;  ///< of one request
  std::size_t bodies_bytes_max =
      256 * 1024 * 1024;  ///< of all requests together that are in memory at one time
  std::size_t connections_max = 1024;
  std::chrono::milliseconds read_timeout{
      30'000};  ///< for one whole request, once its first byte is there; for a
                ///< body that goes to a file, from one mebibyte to the next
  std::chrono::milliseconds idle_timeout{60'000};   ///< before the first request and between requests
  std::chrono::milliseconds write_timeout{60'000};  ///< for one whole answer, or a part of a file
  GrpcRoute grpc{};  ///< where gRPC calls go, which share the port; none: HTTP/2 is not spoken

  /// Asked with the head of each request that has a body, on the loop's thread. None: every body stays in memory.
  std::function<Reception(const ServerRequest&)> receive{};
};

/// Requests over a limit get 413, 431 or 408, what is no HTTP gets 400, a body that finds no room in memory 503 and on
/// the disk 507, and the connection is closed after each. Too many connections wait in the kernel's queue. A handler that throws answers 500 and the server
/// lives on. Answers of the server itself have the body {"error_code": …, "message": …}.
class HttpServer {
 public:
  using Handler = std::function<ServerResponse(const ServerRequest&)>;

  /// Closes every connection; on the loop's thread (also from within a handler), or after the loop has
  /// stopped. The loop outlives the server.
  virtual ~HttpServer() = default;

  virtual std::uint16_t port() const = 0;

  /// Code::conflict when the port is taken (the message names address and port), Code::invalid for a bad
  /// address or a port that needs more rights. Any thread.
  static Result<std::unique_ptr<HttpServer>> listen(Loop& loop, ServerOptions options, Handler handler);
};

}  // namespace weir::net
