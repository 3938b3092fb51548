// Where the workspace listens: HTTP, for this machine alone, and HTTPS when it is asked for. Ports are those of the last
// time when they are free.
#pragma once

#include <memory>
#include <string>

#include "net/http_server.h"
#include "workspace/home/home.h"
#include "workspace/home/state.h"
#include "workspace/rest/guard.h"

namespace weir::workspace {

struct EntranceOptions {
  std::string address = "127.0.0.1";  ///< of HTTP
  std::uint16_t port = 0;             ///< 0: that of the last time, or else a free one
  bool https = false;
  std::string https_address = "127.0.0.1";
  std::uint16_t https_port = 0;
};

class Entrance {
 public:
  using Receive = std::function<net::Reception(const net::ServerRequest&)>;

  /// Who sees to what comes in.
  struct Callers {
    net::HttpServer::Handler answer{};
    Receive receive{};
    net::GrpcRoute grpc{};
  };

  /// Serves when it returns. Code::conflict when a port that was asked for is taken. Loop thread.
  static Result<std::unique_ptr<Entrance>> open(Loop& loop, State& state, const Home& home,
                                                const EntranceOptions& options, Callers callers);

  const Doors& doors() const { return doors_; }
  std::string host() const;        ///< "http://127.0.0.1:8123"
  std::string https_host() const;  ///< "https://127.0.0.1:8443"; empty without HTTPS

 private:
  Entrance() = default;

  EntranceOptions options_{};
  Doors doors_{};
  std::unique_ptr<net::HttpServer> http_{};
  std::unique_ptr<net::HttpServer> https_{};
};

}  // namespace weir::workspace
