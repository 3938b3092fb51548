// Passes the gRPC calls of one connection on to servers of this machine. Each call is routed by its headers, so that one
// connection may carry calls to several servers; messages are not looked into. A server that reads slowly slows down who
// writes to it, and the other way round: no more than a window is held of either.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "net/grpc_route.h"
#include "net/tls_stream.h"

namespace weir::net {

/// Loop thread only.
class GrpcPassage {
 public:
  virtual ~GrpcPassage() = default;

  /// Serves until the connection is closed; keeps it alive meanwhile. `first` was read from it already.
  virtual boost::asio::awaitable<void> run(std::string first) = 0;
  virtual void close() = 0;
};

std::shared_ptr<GrpcPassage> make_grpc_passage(boost::asio::ip::tcp::socket stream,
                                               std::shared_ptr<const GrpcRoute> route);
std::shared_ptr<GrpcPassage> make_grpc_passage(TlsStream stream, std::shared_ptr<const GrpcRoute> route);

/// Whether a connection that begins with these bytes speaks HTTP/2. No method of HTTP/1 begins like its preface.
bool begins_http2(std::string_view bytes);

/// How a status message travels: percent-encoded where it is not printable ASCII.
std::string grpc_message(std::string_view text);

}  // namespace weir::net
