// Bodies that go to files and come from them.
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/scratch.h"
#include "net/test_sockets.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A server that puts each body into a file, keeps it as "kept" when the path says so, and tells its size.
struct World {
  Scratch folder;
  std::uint64_t body_bytes_max = 1 << 30;
  int files = 0;

  ServerOptions options(ServerOptions given = {}) {
    given.receive = [this](const ServerRequest& head) -> Reception {
      if (head.path == "/refused") return {.refusal = ServerResponse{.status = 401, .body = "{}"}};
      if (head.path == "/memory") return {};
      return {.file = folder.path() / std::to_string(++files), .body_bytes_max = body_bytes_max};
    };
    return given;
  }

  HttpServer::Handler handler() {
    return [this](const ServerRequest& request) {
      if (request.path == "/memory") return ServerResponse{.body = std::to_string(request.body.size())};
      auto size = request.body_file.empty() ? 0 : fs::file_size(request.body_file);
      if (request.path == "/keep") fs::rename(request.body_file, folder.path() / "kept");
      return ServerResponse{.body = std::to_string(size)};
    };
  }

  std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
  }
};

std::string reply_to(const TestServer& server, std::string_view request) {
  auto client = RawSocket::connected_to(server.port());
  CHECK(client.send(request));
  return client.receive_all();
}

std::string put(std::string_view path, std::size_t bytes) {
  return fmt::format("PUT {} HTTP/1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", path, bytes,
                     std::string(bytes, 'x'));
}

}  // namespace

TEST_CASE("a body that goes to a file is there for the handler, who may keep it") {
  World world;
  TestServer server(world.handler(), world.options({.body_bytes_max = 10}));
  CHECK(reply_to(server, put("/keep", 5'000'000)).ends_with("\r\n\r\n5000000"));
  CHECK(content_of(world.folder.path() / "kept") == std::string(5'000'000, 'x'));
  CHECK(reply_to(server, put("/drop", 5'000'000)).ends_with("\r\n\r\n5000000"));
  CHECK(world.count() == 1);
}

TEST_CASE("a chunked body goes to a file too, and one without bytes makes none") {
  World world;
  TestServer server(world.handler(), world.options());
  auto answer = reply_to(server,
                         "PUT /keep HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                         "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(answer.ends_with("\r\n\r\n5"));
  CHECK(content_of(world.folder.path() / "kept") == "abcde");
  CHECK(reply_to(server, put("/drop", 0)).ends_with("\r\n\r\n0"));
  CHECK(world.count() == 1);
}

TEST_CASE("a body that is too large, refused or cut off leaves no file behind") {
  World world;
  world.body_bytes_max = 1000;
  TestServer server(world.handler(), world.options());
  CHECK(reply_to(server, put("/keep", 1001)).starts_with("HTTP/1.1 413 "));
  CHECK(reply_to(server, put("/refused", 1000)).starts_with("HTTP/1.1 401 "));
  auto chunked = reply_to(server, "PUT /keep HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                                      std::string(1001, 'x') + "\r\n0\r\n\r\n");
  CHECK(chunked.starts_with("HTTP/1.1 413 "));
  {
    auto client = RawSocket::connected_to(server.port());
    REQUIRE(client.send("PUT /keep HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"));
  }
  CHECK(reply_to(server, put("/drop", 10)).ends_with("\r\n\r\n10"));
  server.close();
  CHECK(world.count() == 0);
}

TEST_CASE("a refused client is told before it sends") {
  World world;
  TestServer server(world.handler(), world.options());
  auto answer =
      reply_to(server, "PUT /refused HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 401 "));
}

TEST_CASE("a body that cannot be written is the disk's fault, and said") {
  World world;
  auto options = world.options();
  options.receive = [](const ServerRequest&) -> Reception {
    return {.file = "/nowhere/at/all", .body_bytes_max = 1000};
  };
  TestServer server(world.handler(), options);
  auto answer = reply_to(server, put("/keep", 10));
  CHECK(answer.starts_with("HTTP/1.1 507 "));
  CHECK(answer.contains("INSUFFICIENT_STORAGE"));
}

TEST_CASE("all bodies together find only so much room in memory, and give it back") {
  World world;
  TestServer server(world.handler(), world.options({.bodies_bytes_max = 100'000}));
  auto holder = RawSocket::connected_to(server.port());
  REQUIRE(
      holder.send("PUT /memory HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 60000\r\n"
                  "Connection: close\r\n\r\n"));
  holder.receive_until("100 Continue");
  REQUIRE(holder.send(std::string(59'999, 'x')));
  for (int i = 0; i < 100; ++i) reply_to(server, put("/memory", 1));  // by then the loop has read all of it
  auto refused = reply_to(server, put("/memory", 50'000));
  CHECK(refused.starts_with("HTTP/1.1 503 "));
  CHECK(refused.contains("Retry-After: 1\r\n"));
  REQUIRE(holder.send("x"));
  CHECK(holder.receive_all().ends_with("\r\n\r\n60000"));
  CHECK(reply_to(server, put("/memory", 50'000)).ends_with("\r\n\r\n50000"));
}

TEST_CASE("a file's part is sent as it is, and HEAD tells its length") {
  Scratch folder;
  std::string content(3'000'000, 'a');
  content[1'000'000] = 'b';
  std::ofstream(folder.path() / "f", std::ios::binary) << content;
  TestServer server([&](const ServerRequest&) {
    auto file =
        std::make_shared<const Descriptor>(::open((folder.path() / "f").c_str(), O_RDONLY | O_CLOEXEC));
    return ServerResponse{.status = 206, .file = {.file = file, .offset = 1'000'000, .bytes = 1'500'000}};
  });
  auto answer = reply_to(server, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(answer.contains("Content-Length: 1500000\r\n"));
  CHECK(answer.ends_with("\r\n\r\n" + content.substr(1'000'000, 1'500'000)));
  auto head = reply_to(server, "HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(head.contains("Content-Length: 1500000\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer whose file is shorter than was said is cut off") {
  Scratch folder;
  std::ofstream(folder.path() / "f") << "short";
  TestServer server([&](const ServerRequest&) {
    auto file =
        std::make_shared<const Descriptor>(::open((folder.path() / "f").c_str(), O_RDONLY | O_CLOEXEC));
    return ServerResponse{.file = {.file = file, .bytes = 10}};
  });
  auto answer = reply_to(server, "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  CHECK(answer.ends_with("\r\n\r\nshort"));
}

TEST_CASE("a client that sends a file too slowly loses its place") {
  World world;
  TestServer server(world.handler(), world.options({.read_timeout = 20ms}));
  CHECK(
      reply_to(server, "PUT /keep HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf").starts_with("HTTP/1.1 408 "));
  CHECK(world.count() == 0);
}
