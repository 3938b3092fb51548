// For the tests of HTTP/2: a client that makes calls and keeps what comes back, and a loop that does not hang.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "loop/asio_loop.h"
#include "net/http2_connection.h"

namespace weir::net::testing {

/// Runs until something stops the loop; ten seconds without that are taken for never.
inline void run_for_a_while(Loop& loop) {
  auto limit = loop.after(std::chrono::seconds(10), [&loop] { loop.stop(); });
  loop.run();
  loop.cancel_timer(limit);
}

inline boost::asio::ip::tcp::endpoint loopback_at(std::uint16_t port) {
  return {boost::asio::ip::address_v4::loopback(), port};
}

inline boost::asio::ip::tcp::acceptor any_port(Loop& loop) {
  return boost::asio::ip::tcp::acceptor(io_context_of(loop), loopback_at(0));
}

/// Starts what a test has made. The connection keeps itself and, as long as it runs, its listener.
template <class Listener>
void spawn(Loop& loop, const std::shared_ptr<Http2Connection>& connection,
           std::shared_ptr<Listener> listener) {
  boost::asio::co_spawn(io_context_of(loop), connection->run({}), [connection, listener](auto) {});
}

inline std::string value_of(const Headers& headers, std::string_view name) {
  return header(headers, name).value_or("");
}

/// What has all been said, and waits to be sent.
inline std::shared_ptr<Http2Body> whole_body(std::string_view bytes) {
  auto body = std::make_shared<Http2Body>([](std::size_t) {});
  body->add(bytes);
  body->end();
  return body;
}

class TestCaller final : public Http2Listener, public std::enable_shared_from_this<TestCaller> {
 public:
  struct Heard {
    Headers headers{};
    std::string said{};
    Headers trailers{};  ///< the last headers, which may be the only ones
    bool has_ended = false;
    std::optional<std::uint32_t> closed{};  ///< with which error
  };

  explicit TestCaller(Loop& loop) : loop_(loop) {}

  void connect(std::uint16_t port, Http2Timing timing = {}) {
    boost::asio::ip::tcp::socket socket(io_context_of(loop_));
    connection_ = make_http2_client(std::move(socket), loopback_at(port), weak_from_this(), timing);
    spawn(loop_, connection_, shared_from_this());
  }

  /// A body that has not ended keeps the client's side open.
  StreamId call(std::shared_ptr<Http2Body> body,
                const Headers& more = {{"authorization", "Bearer of the client"}}) {
    Headers headers{
        {":method", "POST"}, {":scheme", "http"}, {":path", "/echo"}, {":authority", "localhost"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return connection_->request(headers, std::move(body));
  }
  Http2Connection& connection() { return *connection_; }

  void on_headers(StreamId stream, Headers headers, bool is_last) override {
    (is_last ? heard[stream].trailers : heard[stream].headers) = std::move(headers);
    if (changed) changed();
  }
  void on_data(StreamId stream, std::string_view bytes) override {
    heard[stream].said += bytes;
    if (is_reading) connection_->consumed(stream, bytes.size());
    if (changed) changed();
  }
  void on_end(StreamId stream) override {
    heard[stream].has_ended = true;
    if (changed) changed();
  }
  void on_stream_closed(StreamId stream, std::uint32_t error) override {
    heard[stream].closed = error;
    if (changed) changed();
  }
  void on_connection_closed() override {
    is_open = false;
    if (changed) changed();
  }

  std::function<void()> changed{};  ///< after each of these
  bool is_reading = true;           ///< or leaves the windows shut
  bool is_open = true;
  std::map<StreamId, Heard> heard{};

 private:
  Loop& loop_;
  std::shared_ptr<Http2Connection> connection_{};
};

}  // namespace weir::net::testing
