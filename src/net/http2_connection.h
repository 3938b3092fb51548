// One HTTP/2 connection, seen from either end: streams with headers, a body and trailers. Frames, header compression and
// windows are nghttp2's, which stays behind this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "net/http2_body.h"
#include "net/tls_stream.h"

namespace weir::net {

using StreamId = std::int32_t;

/// What the other end of a connection does. None of these may destroy the connection.
class Http2Listener {
 public:
  virtual ~Http2Listener() = default;

  /// A request, an answer, or the trailers after either. Names are in lower case; ":path" and its like are among them. The
  /// last ones are followed by on_end.
  virtual void on_headers(StreamId stream, Headers headers, bool is_last) = 0;
  /// The window of the stream stays shut by so many bytes until Http2Connection::consumed.
  virtual void on_data(StreamId stream, std::string_view bytes) = 0;
  virtual void on_end(StreamId stream) = 0;                                 ///< it has said all it has to say
  virtual void on_stream_closed(StreamId stream, std::uint32_t error) = 0;  ///< by both ends (0), or by one
  virtual void on_connection_closed() = 0;                                  ///< the last call
};

/// How long a connection bears that nothing happens.
struct Http2Timing {
  std::chrono::milliseconds look_interval =
      std::chrono::seconds(20);                                      ///< a client silent for so long is asked
  std::chrono::milliseconds silence_max = std::chrono::seconds(60);  ///< of a client that was asked
  std::chrono::milliseconds idle_time_max = std::chrono::minutes(5);  ///< without a call
};

/// One without calls for some minutes is closed, and so is one whose client does not answer. Loop thread only.
class Http2Connection {
 public:
  virtual ~Http2Connection() = default;

  /// Reads and writes until the connection is closed; keeps it alive meanwhile. `first` was read from it already.
  virtual boost::asio::awaitable<void> run(std::string first) = 0;
  virtual void close() = 0;

  /// A new stream; without a body it ends with its headers. 0 when the connection takes none any more.
  virtual StreamId request(const Headers& headers, std::shared_ptr<Http2Body> body) = 0;
  /// Once all of the answer has been sent the stream is closed, whether or not its client has said all.
  virtual void respond(StreamId stream, const Headers& headers, std::shared_ptr<Http2Body> body) = 0;
  virtual void resume(StreamId stream) = 0;  ///< its body has got more, or has ended
  virtual void consumed(StreamId stream, std::size_t bytes) = 0;
  virtual void reset(StreamId stream, std::uint32_t error) = 0;
};

/// `listener` is told as long as it lives.
std::shared_ptr<Http2Connection> make_http2_server(boost::asio::ip::tcp::socket stream,
                                                   std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing = {});
std::shared_ptr<Http2Connection> make_http2_server(TlsStream stream, std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing = {});

/// Connects when it runs.
std::shared_ptr<Http2Connection> make_http2_client(boost::asio::ip::tcp::socket socket,
                                                   boost::asio::ip::tcp::endpoint endpoint,
                                                   std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing = {});

}  // namespace weir::net
