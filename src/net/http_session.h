// One connection of the server. Beast, which takes long to compile, is included only by http_session.cpp.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/http_server.h"

namespace weir::net {

/// What the connections of one server share. Loop thread only.
struct HttpSite {
  ServerOptions options;
  std::shared_ptr<const HttpServer::Handler> handler;  ///< shared, as a handler may destroy its own server
  std::size_t connections = 0;
  std::size_t body_bytes = 0;  ///< held in memory for requests that are not answered yet

  bool full() const { return connections >= options.connections_max; }
};

/// Reads requests, asks the handler and writes answers until either side has had enough.
class HttpSession {
 public:
  virtual ~HttpSession() = default;
  virtual boost::asio::awaitable<void> run() = 0;  ///< keeps the session alive until it returns
  virtual void close() = 0;                        ///< run() returns soon; the handler is not asked again
};

/// Over TLS when the site's options say so.
std::shared_ptr<HttpSession> make_http_session(boost::asio::ip::tcp::socket socket,
                                               std::shared_ptr<HttpSite> site);

}  // namespace weir::net
