#include "net/grpc_passage.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "net/http_server.h"
#include "net/test_http2.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;

namespace {

using boost::asio::ip::tcp;

std::shared_ptr<Http2Body> body_of(std::weak_ptr<Http2Connection> connection, StreamId stream) {
  return std::make_shared<Http2Body>([connection, stream](std::size_t bytes) {
    if (auto there = connection.lock()) there->consumed(stream, bytes);
  });
}

/// A server behind the passage that says what it hears, and then which token it was shown.
class Echo final : public Http2Listener, public std::enable_shared_from_this<Echo> {
 public:
  void open(Loop& loop, tcp::socket socket) {
    connection_ = make_http2_server(std::move(socket), weak_from_this());
    spawn(loop, connection_, shared_from_this());
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

/// A client, a server with a passage, and what is behind it, on one loop that runs until the client has its answer.
struct World {
  std::unique_ptr<Loop> loop = make_loop();
  tcp::acceptor behind = any_port(*loop);
  std::shared_ptr<Echo> echo = std::make_shared<Echo>();
  std::unique_ptr<HttpServer> server{};

  explicit World(GrpcRoute route) {
    behind.async_accept([this](auto error, tcp::socket socket) {
      if (!error) echo->open(*loop, std::move(socket));
    });
    server = HttpServer::listen(*loop, {.grpc = std::move(route)}, [](const auto&) {
               return ServerResponse{};
             }).value();
  }
  std::shared_ptr<TestCaller> connect() {
    auto caller = std::make_shared<TestCaller>(*loop);
    caller->connect(server->port());
    return caller;
  }
  TestCaller::Heard call(std::string_view message) {
    auto caller = connect();
    StreamId stream = caller->call(whole_body(message));
    caller->changed = [&] {
      if (caller->heard[stream].has_ended) loop->stop();
    };
    run_for_a_while(*loop);
    return caller->heard[stream];
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
  auto heard = world.call(message);
  CHECK(heard.said == message);
  CHECK(value_of(heard.trailers, "grpc-status") == "0");
  CHECK(value_of(heard.trailers, "shown") == "Bearer of the server");
}

TEST_CASE("calls whose client leaves their answers half read do not hold up its other calls") {
  std::uint16_t port = 0;
  World world([&](const Headers&, GrpcDecision decide) { decide(GrpcTarget{.port = port}); });
  port = world.port_behind();
  auto caller = world.connect();
  caller->is_reading = false;
  constexpr std::size_t stream_window_bytes = 2 << 20;  // what arrives of an answer that is not read
  constexpr int stuck_calls = 8;                        // windows that make up that of a connection
  for (int i = 0; i < stuck_calls; ++i) caller->call(whole_body(std::string(3'000'000, 'x')));
  StreamId ninth = 0;
  caller->changed = [&] {
    bool all_stuck = std::ranges::all_of(
        caller->heard, [](const auto& call) { return call.second.said.size() == stream_window_bytes; });
    if (caller->heard.size() == stuck_calls && all_stuck) ninth = caller->call(whole_body("anything"));
    if (ninth != 0 && caller->heard[ninth].has_ended) world.loop->stop();
  };
  run_for_a_while(*world.loop);
  REQUIRE(ninth != 0);
  CHECK(caller->heard[ninth].said == "anything");
}

TEST_CASE("a call that may go nowhere ends with the status and the reason") {
  World world([](const Headers&, GrpcDecision decide) {
    decide(std::unexpected(GrpcRefusal{.status = GrpcStatus::unauthenticated, .message = "no: 100 %"}));
  });
  auto heard = world.call("anything");
  CHECK(value_of(heard.trailers, "grpc-status") == "16");
  CHECK(value_of(heard.trailers, "grpc-message") == "no: 100 %25");
}

TEST_CASE("of a refused call whose client goes on to send nothing is kept") {
  World world([](const Headers&, GrpcDecision decide) {
    decide(std::unexpected(GrpcRefusal{.status = GrpcStatus::unauthenticated, .message = "no"}));
  });
  auto caller = world.connect();
  auto endless = std::make_shared<Http2Body>([](std::size_t) {});
  endless->add(std::string(3'000'000, 'x'));
  StreamId stream = caller->call(endless);
  caller->changed = [&] {
    if (caller->heard[stream].closed) world.loop->stop();
  };
  run_for_a_while(*world.loop);
  CHECK(value_of(caller->heard[stream].trailers, "grpc-status") == "16");
  CHECK(caller->heard[stream].closed == 0);
}

TEST_CASE("a call to a server that is not there may be made again") {
  std::uint16_t port = 0;
  World world([&](const Headers&, GrpcDecision decide) { decide(GrpcTarget{.port = port}); });
  port = world.port_behind();
  world.behind.close();
  CHECK(value_of(world.call("anything").trailers, "grpc-status") == "14");
}

TEST_CASE("HTTP/2 is told from HTTP/1 by its first bytes, and messages travel in plain ASCII") {
  CHECK(begins_http2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  CHECK_FALSE(begins_http2("PUT / HTTP/1.1\r\n"));
  CHECK(grpc_message("größe") == "gr%C3%B6%C3%9Fe");
}
