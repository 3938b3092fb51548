#include "net/grpc_passage.h"

#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include "loop/asio_loop.h"
#include "net/http2_connection.h"
#include "net/http_server.h"

using namespace weir;
using namespace weir::net;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::shared_ptr<Http2Body> body_of(std::weak_ptr<Http2Connection> connection, StreamId stream) {
  return std::make_shared<Http2Body>([connection, stream](std::size_t bytes) {
    if (auto there = connection.lock()) there->consumed(stream, bytes);
  });
}

std::string value_of(const Headers& headers, std::string_view name) {
  return header(headers, name).value_or("");
}

/// A server behind the passage that says what it hears, and then which token it was shown.
class Echo final : public Http2Listener, public std::enable_shared_from_this<Echo> {
 public:
  void open(tcp::socket socket) {
    auto executor = socket.get_executor();
    connection_ = make_http2_server(std::move(socket), weak_from_this());
    asio::co_spawn(executor, connection_->run({}), [self = shared_from_this()](auto) {});
  }
  void on_headers(StreamId stream, Headers headers, bool) override {
    calls_[stream] = {body_of(connection_, stream), value_of(headers, "authorization")};
    connection_->respond(stream, {{":status", "200"}, {"content-type", "application/grpc"}},
                         calls_[stream].body);
  }
  void on_data(StreamId stream, std::string_view bytes) override {
    calls_[stream].body->add(bytes);
    connection_->resume(stream);
  }
  void on_end(StreamId stream) override {
    calls_[stream].body->end({{"grpc-status", "0"}, {"shown", calls_[stream].token}});
    connection_->resume(stream);
  }
  void on_stream_closed(StreamId, std::uint32_t) override {}
  void on_connection_closed() override {}

 private:
  struct Call {
    std::shared_ptr<Http2Body> body{};
    std::string token{};
  };
  std::shared_ptr<Http2Connection> connection_{};
  std::map<StreamId, Call> calls_;
};

/// One call of a client, and all that comes back.
class Caller final : public Http2Listener, public std::enable_shared_from_this<Caller> {
 public:
  explicit Caller(Loop& loop) : loop_(loop) {}

  void call(std::uint16_t port, std::string_view message) {
    auto executor = io_context_of(loop_).get_executor();
    tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    connection_ = make_http2_client(tcp::socket(executor), endpoint, weak_from_this());
    asio::co_spawn(executor, connection_->run({}), [self = shared_from_this()](auto) {});
    auto body = std::make_shared<Http2Body>([](std::size_t) {});
    body->add(message);
    body->end();
    connection_->request({{":method", "POST"},
                          {":scheme", "http"},
                          {":path", "/echo"},
                          {":authority", "localhost"},
                          {"authorization", "Bearer of the client"}},
                         std::move(body));
  }
  void on_headers(StreamId, Headers headers, bool is_last) override {
    if (is_last) trailers = std::move(headers);
  }
  void on_data(StreamId stream, std::string_view bytes) override {
    said += bytes;
    connection_->consumed(stream, bytes.size());
  }
  void on_end(StreamId) override { loop_.stop(); }
  void on_stream_closed(StreamId, std::uint32_t) override {}
  void on_connection_closed() override {}

  std::string said{};
  Headers trailers{};

 private:
  Loop& loop_;
  std::shared_ptr<Http2Connection> connection_{};
};

/// A client, a server with a passage, and what is behind it, on one loop that runs until the client has its answer.
struct World {
  std::unique_ptr<Loop> loop = make_loop();
  tcp::acceptor behind{io_context_of(*loop), tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::shared_ptr<Echo> echo = std::make_shared<Echo>();
  std::unique_ptr<HttpServer> server{};

  explicit World(GrpcRoute route) {
    behind.async_accept([this](auto error, tcp::socket socket) {
      if (!error) echo->open(std::move(socket));
    });
    server = HttpServer::listen(*loop, {.grpc = std::move(route)}, [](const auto&) {
               return ServerResponse{};
             }).value();
  }
  std::shared_ptr<Caller> call(std::string_view message) {
    auto caller = std::make_shared<Caller>(*loop);
    caller->call(server->port(), message);
    loop->run();
    return caller;
  }
  std::uint16_t port_behind() const { return behind.local_endpoint().port(); }
};

}  // namespace

TEST_CASE("a call goes through with more than any window holds, with the headers that its route replaces") {
  std::uint16_t port = 0;
  World world([&](const Headers& call, GrpcDecision decide) {
    CHECK(value_of(call, "authorization") == "Bearer of the client");
    decide(GrpcTarget{.port = port, .replaced = {{"authorization", "Bearer of the server"}}});
  });
  port = world.port_behind();
  std::string message;
  for (int i = 0; message.size() < 40'000'000; ++i) message += std::to_string(i);
  auto caller = world.call(message);
  CHECK(caller->said == message);
  CHECK(value_of(caller->trailers, "grpc-status") == "0");
  CHECK(value_of(caller->trailers, "shown") == "Bearer of the server");
}

TEST_CASE("a call that may go nowhere ends with the status and the reason") {
  World world([](const Headers&, GrpcDecision decide) {
    decide(std::unexpected(GrpcRefusal{.status = GrpcStatus::unauthenticated, .message = "no: 100 %"}));
  });
  auto caller = world.call("anything");
  CHECK(value_of(caller->trailers, "grpc-status") == "16");
  CHECK(value_of(caller->trailers, "grpc-message") == "no: 100 %25");
}

TEST_CASE("a call to a server that is not there may be made again") {
  std::uint16_t port = 0;
  World world([&](const Headers&, GrpcDecision decide) { decide(GrpcTarget{.port = port}); });
  port = world.port_behind();
  world.behind.close();
  CHECK(value_of(world.call("anything")->trailers, "grpc-status") == "14");
}

TEST_CASE("HTTP/2 is told from HTTP/1 by its first bytes, and messages travel in plain ASCII") {
  CHECK(begins_http2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  CHECK_FALSE(begins_http2("PUT / HTTP/1.1\r\n"));
  CHECK(grpc_message("größe") == "gr%C3%B6%C3%9Fe");
}
