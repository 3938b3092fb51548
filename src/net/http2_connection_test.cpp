#include "net/http2_connection.h"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "net/test_http2.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::string_view no_settings = "\0\0\0\4\0\0\0\0\0"sv;
constexpr std::string_view status_200_of_first_call = "\0\0\1\1\4\0\0\0\1\x88"sv;
constexpr int headers_frame = 1;
constexpr int ping_frame = 6;

/// An end that answers nothing by itself, and counts the frames it is sent by their types.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  Wire(tcp::socket socket, std::string_view before) : socket_(std::move(socket)), before_(before.size()) {}

  void say(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
  void listen() {
    socket_.async_read_some(asio::buffer(room_), [self = shared_from_this()](auto error, std::size_t count) {
      if (error) return;
      self->bytes_.append(self->room_.data(), count);
      self->count_frames();
      self->listen();
    });
  }

  std::function<void(int)> on_frame{};
  std::map<int, int> frames{};

 private:
  void count_frames() {
    auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(bytes_[at]));
    };
    constexpr std::size_t header_bytes = 9;
    if (bytes_.size() < before_) return;
    bytes_.erase(0, std::exchange(before_, 0));
    while (bytes_.size() >= header_bytes) {
      std::size_t length = header_bytes + (byte(0) << 16 | byte(1) << 8 | byte(2));
      if (bytes_.size() < length) return;
      int type = static_cast<int>(byte(3));
      bytes_.erase(0, length);
      ++frames[type];
      if (on_frame) on_frame(type);
    }
  }

  tcp::socket socket_;
  std::array<char, 4096> room_{};
  std::string bytes_{};
  std::size_t before_;  ///< bytes that are no frames yet
};

/// A server that answers each call with nothing but headers, once it has heard it all or at once.
class Acknowledging final : public Http2Listener, public std::enable_shared_from_this<Acknowledging> {
 public:
  void open(Loop& loop, tcp::socket socket, Http2Timing timing = {}) {
    connection_ = make_http2_server(std::move(socket), weak_from_this(), timing);
    spawn(loop, connection_, shared_from_this());
  }
  void on_headers(StreamId stream, Headers, bool) override {
    if (is_hasty) acknowledge(stream);
  }
  void on_data(StreamId stream, std::string_view bytes) override {
    connection_->consumed(stream, bytes.size());
  }
  void on_end(StreamId stream) override {
    if (!is_hasty) acknowledge(stream);
  }
  void on_stream_closed(StreamId, std::uint32_t) override {}
  void on_connection_closed() override {}

  bool is_hasty = false;

 private:
  void acknowledge(StreamId stream) { connection_->respond(stream, {{":status", "200"}}, nullptr); }

  std::shared_ptr<Http2Connection> connection_{};
};

}  // namespace

TEST_CASE("a client that is silent is asked whether it is there, and a server that is silent is not") {
  auto loop = make_loop();
  auto acceptor = any_port(*loop);
  constexpr Http2Timing timing{.look_interval = 1ms};

  auto caller = std::make_shared<TestCaller>(*loop);
  std::shared_ptr<Wire> server;
  std::shared_ptr<Wire> client;
  auto open_silent_client = [&] {
    auto listener = std::make_shared<TestCaller>(*loop);
    tcp::socket near(io_context_of(*loop));
    near.connect(acceptor.local_endpoint());
    client = std::make_shared<Wire>(std::move(near), "");
    client->on_frame = [&](int type) {
      if (type == ping_frame) loop->stop();  // the server was silent for longer than this client
    };
    spawn(*loop, make_http2_server(acceptor.accept(), listener, timing), listener);
    client->say(std::string(preface) + std::string(no_settings));
    client->listen();
  };
  acceptor.async_accept([&](auto error, tcp::socket socket) {
    if (error) return;
    server = std::make_shared<Wire>(std::move(socket), preface);
    server->on_frame = [&](int type) {
      if (type == headers_frame)
        server->say(std::string(no_settings) + std::string(status_200_of_first_call));
    };
    server->listen();
  });
  caller->changed = [&] {
    if (!client) open_silent_client();
  };
  caller->connect(acceptor.local_endpoint().port(), timing);
  caller->call(whole_body("anything"));
  run_for_a_while(*loop);

  REQUIRE(client);
  CHECK(client->frames[ping_frame] == 1);
  CHECK(server->frames[ping_frame] == 0);
}

TEST_CASE("an upload that is given up while it is sent leaves the connection to other calls") {
  auto loop = make_loop();
  auto acceptor = any_port(*loop);
  auto server = std::make_shared<Acknowledging>();
  acceptor.async_accept([&](auto error, tcp::socket socket) {
    if (!error) server->open(*loop, std::move(socket));
  });
  auto caller = std::make_shared<TestCaller>(*loop);
  caller->connect(acceptor.local_endpoint().port());

  constexpr std::uint32_t cancel = 8;
  constexpr std::size_t first_window_bytes =
      65'535;  // all that is sent before the server tells its own window
  StreamId upload = 0;
  StreamId next = 0;
  std::size_t sent_bytes = 0;
  std::shared_ptr<Http2Body> body;
  auto give_up = [&] {
    caller->connection().reset(upload, cancel);
    body->abandon();
    next = caller->call(whole_body("anything"));
  };
  body = std::make_shared<Http2Body>([&](std::size_t bytes) {
    bool was_waiting = sent_bytes <= first_window_bytes;
    sent_bytes += bytes;
    // Comes before the write of these bytes has ended; a frame of those that follow is already made up.
    if (was_waiting && sent_bytes > first_window_bytes) loop->post(give_up);
  });
  body->add(std::string(4'000'000, 'x'));
  upload = caller->call(body);
  caller->changed = [&] {
    if (!caller->is_open || (next != 0 && caller->heard[next].has_ended)) loop->stop();
  };
  run_for_a_while(*loop);

  CHECK(caller->is_open);
  CHECK(caller->heard[upload].closed == cancel);
  CHECK(value_of(caller->heard[next].trailers, ":status") == "200");
}

TEST_CASE("a call that is answered does not keep its connection, even if its client never ends it") {
  auto loop = make_loop();
  auto acceptor = any_port(*loop);
  auto server = std::make_shared<Acknowledging>();
  server->is_hasty = true;
  acceptor.async_accept([&](auto error, tcp::socket socket) {
    if (!error) server->open(*loop, std::move(socket), {.look_interval = 10ms, .idle_time_max = 1ms});
  });
  auto caller = std::make_shared<TestCaller>(*loop);
  caller->changed = [&] {
    if (!caller->is_open) loop->stop();
  };
  caller->connect(acceptor.local_endpoint().port());
  caller->call(std::make_shared<Http2Body>([](std::size_t) {}));
  run_for_a_while(*loop);
  CHECK_FALSE(caller->is_open);
}
