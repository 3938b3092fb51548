// A TCP connection with or without TLS above it, for code that serves both.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace weir::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

inline boost::asio::ip::tcp::socket& socket_of(boost::asio::ip::tcp::socket& stream) { return stream; }
inline boost::asio::ip::tcp::socket& socket_of(TlsStream& stream) { return stream.next_layer(); }

}  // namespace weir::net
