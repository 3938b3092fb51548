#include "net/http_client.h"

#include <cstdlib>
#include <mutex>
#include <vector>

#include <doctest/doctest.h>

#include "net/test_sockets.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;
using namespace std::chrono_literals;

namespace {

ServerResponse echo(const ServerRequest& request) {
  return {.content_type = "text/plain",
          .body = request.method + " " + request.target + " " + request.body,
          .headers = {{"X-Seen", header(request.headers, "X-Name").value_or("nothing")},
                      {"X-Type", header(request.headers, "Content-Type").value_or("nothing")}}};
}

std::future<Result<HttpResponse>> send(HttpClient& client, HttpRequest request) {
  auto promise = std::make_shared<std::promise<Result<HttpResponse>>>();
  client.send(std::move(request),
              [promise](Result<HttpResponse> result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

Error error_of(HttpRequest request) {
  HttpClient client;
  auto result = client.send_and_wait(std::move(request));
  REQUIRE_FALSE(result);
  return result.error();
}

class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("methods, headers and bodies arrive, and so do the answers") {
  TestServer server(echo);
  HttpClient client;
  for (std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    for (std::string body : {"", "some body"}) {
      CAPTURE(method);
      CAPTURE(body);
      auto response = client.send_and_wait({.method = method,
                                            .url = server.url("/a%20b?c=d"),
                                            .headers = {{"X-Name", "value"}},
                                            .body = body});
      REQUIRE(response);
      CHECK(response->status == 200);
      CHECK(response->body == method + " /a%20b?c=d " + body);
      CHECK(header(response->headers, "x-seen") == "value");
      CHECK(header(response->headers, "x-type") == "nothing");  // nobody invents a content type
      CHECK(header(response->headers, "content-type") == "text/plain");
    }
  }
}

TEST_CASE("a body is read from a file while it is sent, from its start each time") {
  TestServer server(echo);
  HttpClient client;
  std::shared_ptr<std::FILE> file(std::tmpfile(), std::fclose);
  std::fputs("from a file, and more", file.get());
  std::uint64_t sent = 0;
  HttpRequest request{.method = "PUT", .url = server.url("/here")};
  request.file = {.file = file, .bytes = 11, .sent = [&](std::uint64_t bytes) { sent = bytes; }};
  for (int i = 0; i < 2; ++i) {
    auto answer = client.send_and_wait(request);
    REQUIRE(answer);
    CHECK(answer->body == "PUT /here from a file");
    CHECK(sent == 11);
  }
  request.file.bytes = 1000;
  auto short_of_it = client.send_and_wait(request);
  CHECK(short_of_it.error().code == Code::invalid);
  CHECK(short_of_it.error().message.contains("the file could not be read to its end"));
}

TEST_CASE("HEAD brings headers and no body") {
  TestServer server(echo);
  auto response = HttpClient().send_and_wait({.method = "HEAD", .url = server.url("/x")});
  REQUIRE(response);
  CHECK(header(response->headers, "Content-Length") == "8");
  CHECK(response->body.empty());
}

TEST_CASE("an empty header is sent as such") {
  TestServer server(echo);
  auto response = HttpClient().send_and_wait({.url = server.url("/"), .headers = {{"X-Name", ""}}});
  REQUIRE(response);
  CHECK(header(response->headers, "X-Seen") == "");
}

TEST_CASE("an answer of any status is a value, and a redirect is not followed") {
  TestServer server([](const ServerRequest& request) {
    if (request.path == "/moved")
      return ServerResponse{.status = 302, .headers = {{"Location", "/elsewhere"}}};
    return ServerResponse{.status = 503, .body = "later"};
  });
  HttpClient client;
  auto unavailable = client.send_and_wait({.url = server.url("/")});
  REQUIRE(unavailable);
  CHECK(unavailable->status == 503);
  CHECK(unavailable->body == "later");
  auto moved = client.send_and_wait({.url = server.url("/moved")});
  REQUIRE(moved);
  CHECK(moved->status == 302);
  CHECK(header(moved->headers, "location") == "/elsewhere");
}

TEST_CASE("a connection is kept for the next request") {
  RawListener listener;
  listener.listen();
  HttpClient client;
  auto first = send(client, {.url = listener.url("/1")});
  auto connection = listener.accept();
  connection.receive_until("\r\n\r\n");
  REQUIRE(connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"));
  CHECK(first.get().value().body == "a");
  auto second = send(client, {.url = listener.url("/2")});
  CHECK(connection.receive_until("\r\n\r\n").starts_with("GET /2 "));
  REQUIRE(connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"));
  CHECK(second.get().value().body == "b");
}

TEST_CASE("two thousand requests, 64 at a time, each get their own answer") {
  constexpr int requests = 2'000;
  constexpr int at_a_time = 64;
  TestServer server(echo);
  HttpClient client;
  std::promise<void> all_done;
  int sent = 0;  // these three belong to the client's thread
  int done = 0;
  int wrong = 0;
  std::function<void()> send_next = [&] {
    if (sent == requests) return;
    auto path = fmt::format("/{}", sent++);
    client.send({.url = server.url(path)}, [&, path](Result<HttpResponse> result) {
      if (!result || result->body != "GET " + path + " ") ++wrong;
      send_next();
      if (++done == requests) all_done.set_value();
    });
  };
  client.send({}, [&](Result<HttpResponse>) {
    for (int i = 0; i < at_a_time; ++i) send_next();
  });
  all_done.get_future().wait();
  CHECK(wrong == 0);
}

TEST_CASE("many threads may share a client") {
  TestServer server(echo);
  HttpClient client;
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 25; ++i) {
          auto body = fmt::format("{}.{}", thread, i);
          auto response = client.send_and_wait({.method = "POST", .url = server.url("/"), .body = body});
          if (response && response->body == "POST / " + body) ++right;
        }
      });
    }
  }
  CHECK(right == 200);
}

TEST_CASE("a large body travels both ways unharmed") {
  TestServer server([](const ServerRequest& request) { return ServerResponse{.body = request.body}; });
  std::string body(15 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 2'654'435'761U >> 24);
  auto response = HttpClient().send_and_wait({.method = "PUT", .url = server.url("/"), .body = body});
  REQUIRE(response);
  bool same = response->body == body;
  CHECK(same);
}

TEST_CASE("an answer over the limit is given up") {
  TestServer server(
      [](const ServerRequest&) { return ServerResponse{.body = std::string(response_bytes_max, 'x')}; });
  auto error = error_of({.url = server.url("/")});
  CHECK(error.code == Code::unavailable);
  CHECK(error.message == fmt::format("127.0.0.1:{}: the answer is larger than 64 MiB", server.port()));
}

TEST_CASE("what the server refuses for its size is an answer too") {
  TestServer server(echo, {.body_bytes_max = 1000});
  HttpClient client;
  for (std::size_t size : {1'001UL, 500'000UL, 8'000'000UL}) {
    CAPTURE(size);
    auto too_large =
        client.send_and_wait({.method = "POST", .url = server.url("/"), .body = std::string(size, 'x')});
    REQUIRE(too_large);
    CHECK(too_large->status == 413);
  }
  auto long_header =
      client.send_and_wait({.url = server.url("/"), .headers = {{"X", std::string(90'000, 'x')}}});
  REQUIRE(long_header);
  CHECK(long_header->status == 431);
}

TEST_CASE("a compressed answer is decoded") {
  constexpr std::string_view gzipped_hello{
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00",
      25};
  TestServer server([&](const ServerRequest&) {
    return ServerResponse{.body = std::string(gzipped_hello), .headers = {{"Content-Encoding", "gzip"}}};
  });
  CHECK(HttpClient().send_and_wait({.url = server.url("/")}).value().body == "hello");
}

TEST_CASE("nobody listening is unavailable and named") {
  RawListener silent;  // bound, so that nobody else takes the port, but not listening
  auto error = error_of({.url = silent.url("/path")});
  CHECK(error.code == Code::unavailable);
  CHECK(error.message == fmt::format("127.0.0.1:{}: could not connect: Connection refused", silent.port()));
  CHECK(error.hint == "is the server running?");
}

TEST_CASE("a host that does not exist is unavailable and named") {
  auto host = std::string(64, 'a') + ".invalid";  // a label of 64 letters never leaves this machine
  auto error = error_of({.url = "http://" + host + "/"});
  CHECK(error.code == Code::unavailable);
  CHECK(error.message == host + ": the host name could not be resolved");
}

TEST_CASE("a server that does not answer in time is a timeout") {
  RawListener listener;
  listener.listen();
  auto error = error_of({.url = listener.url("/"), .timeout = 100ms});
  CHECK(error.code == Code::timeout);
  CHECK(error.message == fmt::format("127.0.0.1:{}: no whole answer within 100ms", listener.port()));
}

TEST_CASE("a request that finds no free connection waits, and its timeout counts") {
  constexpr std::size_t connections = 200;
  RawListener listener;
  listener.listen();
  std::vector<std::future<Result<HttpResponse>>> answers;
  std::vector<RawSocket> accepted;
  HttpClient client;
  for (std::size_t i = 0; i < connections; ++i)
    answers.push_back(send(client, {.url = listener.url("/held")}));
  while (accepted.size() < connections) accepted.push_back(listener.accept());

  auto late = send(client, {.url = listener.url("/late"), .timeout = 20ms}).get();
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::timeout);
  CHECK(late.error().message.ends_with("no connection was free within 20ms"));

  auto patient = send(client, {.url = listener.url("/patient")});
  accepted.front().receive_until("\r\n\r\n");
  REQUIRE(accepted.front().send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  CHECK(accepted.front().receive_until("\r\n\r\n").starts_with("GET /patient "));
  REQUIRE(accepted.front().send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  CHECK(patient.get().value().status == 200);
}

TEST_CASE("a client that is destroyed answers everything it was asked") {
  RawListener listener;
  listener.listen();
  std::vector<RawSocket> held;
  std::vector<Code> codes;  // belongs to the client's thread until that has ended
  auto interrupted = [&](Result<HttpResponse> result) {
    if (!result) codes.push_back(result.error().code);
  };
  {
    HttpClient client;
    client.send({.url = listener.url("/")}, [&](Result<HttpResponse> result) {
      interrupted(std::move(result));
      client.send({.url = listener.url("/again")}, interrupted);
    });
    client.send({.url = listener.url("/")}, interrupted);
    held.push_back(listener.accept());  // one request is under way for certain
  }
  CHECK(codes == std::vector{Code::interrupted, Code::interrupted, Code::interrupted});
}

TEST_CASE("on a kept connection that died, GET is sent again and POST is not") {
  RawListener listener;
  listener.listen();
  HttpClient client;
  for (std::string method : {"GET", "POST"}) {
    CAPTURE(method);
    auto first = send(client, {.method = method, .url = listener.url("/1"), .body = "x"});
    auto connection = listener.accept();
    connection.receive_until("\r\n\r\nx");
    REQUIRE(connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    REQUIRE(first.get());

    auto second = send(client, {.method = method, .url = listener.url("/2"), .body = "x"});
    connection.receive_until("\r\n\r\nx");
    connection.close();
    if (method == "GET") {
      auto fresh = listener.accept();
      CHECK(fresh.receive_until("\r\n\r\nx").starts_with("GET /2 "));
      REQUIRE(fresh.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
      fresh.close();
      CHECK(second.get());
    } else {
      auto result = second.get();
      REQUIRE_FALSE(result);
      CHECK(result.error().code == Code::unavailable);
      CHECK(result.error().message.contains("closed before an answer came"));
      CHECK(result.error().hint == "it may have been carried out all the same");
    }
  }
}

TEST_CASE("answers that are none are unavailable") {
  for (auto [answer, cause] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "the connection closed before an answer came"},
           {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "the connection closed in the middle of the answer"},
           {"SSH-2.0-OpenSSH_9.2\r\n", "what answered does not speak HTTP"}}) {
    CAPTURE(answer);
    RawListener listener;
    listener.listen();
    HttpClient client;
    auto pending = send(client, {.url = listener.url("/")});
    auto connection = listener.accept();
    connection.receive_until("\r\n\r\n");
    REQUIRE(connection.send(answer));
    connection.close();
    auto result = pending.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::unavailable);
    CHECK(result.error().message == fmt::format("127.0.0.1:{}: {}", listener.port(), cause));
  }
}

TEST_CASE("TLS with a server that has none is unavailable, with the cause") {
  TestServer server(echo);
  auto error = error_of({.url = fmt::format("https://127.0.0.1:{}/", server.port())});
  CHECK(error.code == Code::unavailable);
  CHECK(error.message.starts_with(fmt::format("127.0.0.1:{}: ", server.port())));
  CHECK(error.message.contains("SSL"));
}

TEST_CASE("what cannot be sent is refused before anything leaves") {
  TestServer server(
      [](const ServerRequest&) -> ServerResponse { throw std::runtime_error("nothing may arrive"); });
  CHECK(error_of({.url = "no url"}).code == Code::invalid);
  CHECK(error_of({.url = "ftp://host/"}).code == Code::invalid);
  CHECK(error_of({.method = "GET /", .url = server.url("/")}).code == Code::invalid);
  auto injected = error_of({.url = server.url("/"), .headers = {{"Authorization", "Bearer secret\r\nX: y"}}});
  CHECK(injected.code == Code::invalid);
  CHECK(injected.message.contains("Authorization"));
  CHECK_FALSE(injected.message.contains("secret"));
}

TEST_CASE("no message holds the credentials of a URL") {
  RawListener refusing;
  RawListener silent;
  silent.listen();
  for (const auto& url :
       {fmt::format("http://user:secret@127.0.0.1:{}/?token=secret", refusing.port()),
        fmt::format("http://user:secret@127.0.0.1:{}/?token=secret", silent.port()),
        std::string("http://user:secret@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"),
        std::string("http://user:sec@secret@:bad/secret"), std::string("gopher://user:secret@host/")}) {
    CAPTURE(url);
    auto error = error_of({.url = url, .timeout = 20ms});
    CHECK_FALSE(to_text(error).contains("user"));
    CHECK_FALSE(to_text(error).contains("token"));
  }
}

TEST_CASE("a proxy of the environment is asked for other hosts and not for this machine") {
  TestServer proxy(echo);
  Environment http_proxy("http_proxy", proxy.url(""));
  Environment no_proxy("no_proxy", "");
  HttpClient client;
  CHECK(client.send_and_wait({.url = "http://host.invalid/x"}).value().body == "GET http://host.invalid/x ");
  CHECK(client.send_and_wait({.url = proxy.url("/x")}).value().body == "GET /x ");
}
