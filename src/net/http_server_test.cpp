#include "net/http_server.h"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "net/test_sockets.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;
using namespace std::chrono_literals;

namespace {

ServerResponse echo(const ServerRequest& request) {
  return {.content_type = "text/plain", .body = request.method + " " + request.path + " " + request.body};
}

/// One request on a connection of its own, and all that comes back until the server closes.
std::string reply_to(const TestServer& server, std::string_view request) {
  auto client = RawSocket::connected_to(server.port());
  CHECK(client.send(request));
  return client.receive_all();
}

constexpr std::string_view simple_request = "GET /here HTTP/1.1\r\nConnection: close\r\n\r\n";

bool lives_on(const TestServer& server) { return reply_to(server, simple_request).contains("GET /here"); }

}  // namespace

TEST_CASE("a request reaches the handler whole, and its answer the client") {
  ServerRequest seen;
  TestServer server([&](const ServerRequest& request) {
    seen = request;
    return ServerResponse{
        .status = 201, .body = "{}", .headers = {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}};
  });
  auto answer = reply_to(server,
                         "PATCH /a%20b?x=1&y=%26+ HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
                         "Content-Length: 4\r\nConnection: close\r\n\r\nbody");
  CHECK(seen.method == "PATCH");
  CHECK(seen.target == "/a%20b?x=1&y=%26+");
  CHECK(seen.path == "/a%20b");
  CHECK(seen.query_value("y") == "& ");
  CHECK_FALSE(seen.query_value("z"));
  CHECK(seen.headers[1] == std::pair<std::string, std::string>("X-Twice", "1"));
  CHECK(seen.headers[2] == std::pair<std::string, std::string>("X-Twice", "2"));
  CHECK(seen.body == "body");
  CHECK(answer.starts_with("HTTP/1.1 201 Created\r\n"));
  CHECK(answer.contains("Content-Type: application/json\r\n"));
  CHECK(answer.contains("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"));
  CHECK(answer.ends_with("\r\n\r\n{}"));
}

TEST_CASE("a target in absolute form is served like its path") {
  TestServer server(echo);
  auto answer = reply_to(server, "GET http://elsewhere:1/here?x HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(answer.ends_with("GET /here "));
}

TEST_CASE("a connection is kept for many requests, also for those sent before the first answer") {
  TestServer server(echo);
  auto client = RawSocket::connected_to(server.port());
  REQUIRE(client.send("GET /one HTTP/1.1\r\n\r\n"));
  CHECK(client.receive_until("GET /one ").starts_with("HTTP/1.1 200"));
  REQUIRE(client.send("GET /two HTTP/1.1\r\n\r\nGET /three HTTP/1.1\r\nConnection: close\r\n\r\n"));
  auto rest = client.receive_all();
  CHECK(rest.contains("GET /two "));
  CHECK(rest.ends_with("GET /three "));
}

TEST_CASE("a chunked body arrives in one piece") {
  TestServer server(echo);
  auto answer = reply_to(server,
                         "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                         "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(answer.ends_with("POST / abcde"));
}

TEST_CASE("an answer may come later, while others are served") {
  ServerResponse::Answer held;
  std::atomic<bool> holds = false;
  TestServer server([&](const ServerRequest& request) {
    if (request.path == "/hold")
      return ServerResponse{.headers = {{"X-From", "handler"}}, .later = [&](auto answer) {
                              held = std::move(answer);
                              holds = true;
                            }};
    if (held) std::exchange(held, nullptr)({.status = 202, .body = "late"});
    return echo(request);
  });
  auto client = RawSocket::connected_to(server.port());
  CHECK(client.send("GET /hold HTTP/1.1\r\nConnection: close\r\n\r\n"));
  while (!holds) std::this_thread::yield();
  CHECK(lives_on(server));
  auto answer = client.receive_all();
  CHECK(answer.starts_with("HTTP/1.1 202 Accepted\r\n"));
  CHECK(answer.contains("X-From: handler\r\n"));
  CHECK(answer.ends_with("\r\n\r\nlate"));
}

TEST_CASE("HEAD gets the length of the body but not the body") {
  TestServer server(echo);
  auto answer = reply_to(server, "HEAD /here HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(answer.contains("Content-Length: 11\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer without content says nothing of a body") {
  TestServer server([](const ServerRequest&) { return ServerResponse{.status = 204, .body = "ignored"}; });
  auto answer = reply_to(server, simple_request);
  CHECK(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
  CHECK_FALSE(answer.contains("Content-"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a client that waits for leave to send its body gets it") {
  TestServer server(echo);
  auto client = RawSocket::connected_to(server.port());
  REQUIRE(client.send(
      "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"));
  CHECK(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  REQUIRE(client.send("ab"));
  CHECK(client.receive_all().ends_with("PUT /x ab"));
}

TEST_CASE("a body over the limit is answered with 413, whatever way it comes") {
  TestServer server(echo, {.body_bytes_max = 1000});
  SUBCASE("refused by its announced length, before it is sent") {
    auto answer = reply_to(server, "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"));
    CHECK(answer.contains("larger than 1000 bytes"));
  }
  SUBCASE("read by the client although it first sent everything") {
    auto client = RawSocket::connected_to(server.port());
    CHECK(client.send("PUT / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n" + std::string(4'000'000, 'x')));
    CHECK(client.receive_all().starts_with("HTTP/1.1 413 "));
  }
  SUBCASE("noticed in the middle of a chunked body") {
    auto answer = reply_to(server, "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                                       std::string(1001, 'x') + "\r\n0\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 413 "));
  }
  CHECK(reply_to(server, "PUT / HTTP/1.1\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n" +
                             std::string(1000, 'x'))
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("headers over the limit are answered with 431") {
  TestServer server(echo, {.header_bytes_max = 1000});
  auto answer = reply_to(server, "GET / HTTP/1.1\r\nX-Long: " + std::string(100'000, 'x') + "\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
  CHECK(lives_on(server));
}

TEST_CASE("a chunked body whose framing never ends is answered with 400") {
  TestServer server(echo);
  for (std::string_view begin : {"1;", "0\r\nX-Trailer: "}) {
    CAPTURE(begin);
    auto client = RawSocket::connected_to(server.port());
    CHECK(client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
    client.send(std::string(begin) + std::string(1024 * 1024, 'x'));
    CHECK(client.receive_all().starts_with("HTTP/1.1 400 Bad Request\r\n"));
  }
  CHECK(lives_on(server));
}

TEST_CASE("garbage is answered with 400 and the server lives on") {
  TestServer server(echo);
  for (std::string_view garbage :
       {"\x16\x03\x01\x02\x03 hello?\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /a?b=%zz HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    CAPTURE(garbage);
    auto answer = reply_to(server, garbage);
    CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(answer.contains(R"("error_code":"MALFORMED_REQUEST")"));
  }
  CHECK(lives_on(server));
}

TEST_CASE("a client that leaves in the middle of a request disturbs nobody") {
  TestServer server(echo);
  {
    auto client = RawSocket::connected_to(server.port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"));
  }
  CHECK(lives_on(server));
}

TEST_CASE("a request that does not arrive in time is answered with 408") {
  TestServer server(echo, {.read_timeout = 20ms});
  CHECK(reply_to(server, "GET / HT").starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  CHECK(reply_to(server, "PUT / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf").starts_with("HTTP/1.1 408 "));
  CHECK(lives_on(server));
}

TEST_CASE("an idle connection is closed without a word") {
  auto loop = make_loop();
  auto server = HttpServer::listen(*loop, {.idle_timeout = 20ms}, echo).value();
  auto silent = RawSocket::connected_to(server->port());
  auto done = RawSocket::connected_to(server->port());
  REQUIRE(done.send("GET /here HTTP/1.1\r\n\r\n"));  // before the loop runs: this one is not late
  std::jthread thread([&] { loop->run(); });
  CHECK(silent.receive_all().empty());
  CHECK(done.receive_all().ends_with("GET /here "));
  loop->stop();
}

TEST_CASE("a client that does not read its answer loses the connection") {
  constexpr std::size_t more_than_the_kernel_buffers = 64 * 1024 * 1024;
  TestServer server(
      [](const ServerRequest& request) {
        return request.path == "/big" ? ServerResponse{.body = std::string(more_than_the_kernel_buffers, 'x')}
                                      : echo(request);
      },
      {.connections_max = 1, .write_timeout = 20ms});
  auto slow = RawSocket::connected_to(server.port());
  REQUIRE(slow.send("GET /big HTTP/1.1\r\n\r\n"));
  CHECK(lives_on(server));  // served only once the slow one has lost its place
  CHECK(slow.receive_all().size() < more_than_the_kernel_buffers);
}

TEST_CASE("a handler that fails is answered with 500 and the server lives on") {
  TestServer server([](const ServerRequest& request) -> ServerResponse {
    if (request.path == "/throw") throw std::runtime_error("Unexpected error: secret");
    if (request.path == "/odd") throw 7;
    if (request.path == "/header") return {.headers = {{"X-Name", "a\r\nX-Injected: b"}}};
    if (request.path == "/status") return {.status = 7};
    return echo(request);
  });
  for (auto path : {"/throw", "/odd", "/header", "/status"}) {
    CAPTURE(path);
    auto answer = reply_to(server, fmt::format("GET {} HTTP/1.1\r\nConnection: close\r\n\r\n", path));
    CHECK(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
    CHECK(answer.contains(R"("error_code":"INTERNAL_ERROR")"));
    CHECK_FALSE(answer.contains("Unexpected error"));
    CHECK_FALSE(answer.contains("Injected"));
  }
  CHECK(lives_on(server));
}

TEST_CASE("connections over the limit wait for a place") {
  std::vector<std::string> order;
  TestServer server(
      [&](const ServerRequest& request) {
        order.push_back(request.path);
        return echo(request);
      },
      {.connections_max = 1});
  auto first = RawSocket::connected_to(server.port());
  REQUIRE(first.send("PUT /first HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
  first.receive_until("100 Continue");  // it has the place
  auto second = RawSocket::connected_to(server.port());
  REQUIRE(second.send("GET /second HTTP/1.1\r\n\r\n"));
  REQUIRE(first.send("x"));
  CHECK(first.receive_all().contains("Connection: close"));  // it would be kept, were nobody waiting
  CHECK(second.receive_until("GET /second ").starts_with("HTTP/1.1 200"));
  CHECK(order == std::vector<std::string>{"/first", "/second"});
}

TEST_CASE("a server out of descriptors accepts again when there are some") {
  TestServer server(echo);
  auto accepted = RawSocket::connected_to(server.port());
  REQUIRE(accepted.send("GET /1 HTTP/1.1\r\n\r\n"));
  accepted.receive_until("GET /1 ");
  RawSocket waiting;

  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 3;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  waiting.connect(server.port());
  bool sent = accepted.send("GET /2 HTTP/1.1\r\n\r\n");
  auto meanwhile = accepted.receive_until("GET /2 ");  // the loop has come by the listening socket
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);

  CHECK(sent);
  CHECK(meanwhile.starts_with("HTTP/1.1 200"));
  REQUIRE(waiting.send(simple_request));
  CHECK(waiting.receive_all().ends_with("GET /here "));
}

TEST_CASE("a port in use is a conflict that names it") {
  TestServer server(echo);
  auto loop = make_loop();
  auto second = HttpServer::listen(*loop, {.port = server.port()}, echo);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::conflict);
  CHECK(second.error().message.contains(fmt::format("127.0.0.1:{}", server.port())));
  CHECK_FALSE(second.error().hint.empty());
}

TEST_CASE("an address that cannot be listened on is refused") {
  auto loop = make_loop();
  for (auto address : {"nowhere", "", "127.0.0.256", "192.0.2.1"}) {
    CAPTURE(address);
    auto listening = HttpServer::listen(*loop, {.address = address}, echo);
    REQUIRE_FALSE(listening);
    CHECK(listening.error().code == Code::invalid);
    CHECK(listening.error().message.contains(address));
    CHECK_FALSE(listening.error().hint.empty());
  }
}

TEST_CASE("a closed server closes its connections and frees its port at once") {
  auto held = std::make_shared<int>(0);
  TestServer server([held](const ServerRequest& request) { return echo(request); });
  auto idle = RawSocket::connected_to(server.port());
  REQUIRE(idle.send("GET / HTTP/1.1\r\n\r\n"));
  idle.receive_until("GET / ");
  auto busy = RawSocket::connected_to(server.port());
  REQUIRE(busy.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"));
  server.close();
  CHECK(idle.receive_all().empty());
  CHECK(busy.receive_all().empty());
  CHECK(held.use_count() == 1);  // the handler and what it held are gone
  TestServer successor(echo, {.port = server.port()});
  CHECK(lives_on(successor));
}

TEST_CASE("a handler may destroy its own server") {
  auto loop = make_loop();
  std::unique_ptr<HttpServer> server;
  auto held = std::make_shared<int>(7);
  server = HttpServer::listen(*loop, {}, [&, held](const ServerRequest& request) {
             server.reset();
             CHECK(*held == 7);
             loop->after(1ms, [&] { loop->stop(); });
             return echo(request);
           }).value();
  auto client = RawSocket::connected_to(server->port());
  REQUIRE(client.send(simple_request));
  loop->run();
  CHECK(client.receive_all().empty());
  CHECK(held.use_count() == 1);
}
