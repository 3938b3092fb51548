#include "net/tls_server.h"

#include <array>
#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "net/http_client.h"
#include "net/test_sockets.h"

using namespace weir;
using namespace weir::net;
using namespace weir::net::testing;

namespace {

const std::array<std::string, 3> names{"localhost", "127.0.0.1", "::1"};

/// A certificate in files, and a server that shows it.
struct World {
  Scratch folder;
  std::filesystem::path certificate = folder.path() / "server.crt";
  std::filesystem::path key = folder.path() / "server.key";
  SelfSigned made = make_self_signed(names, 30).value();

  World() {
    std::ofstream(certificate) << made.certificate;
    std::ofstream(key) << made.key;
  }

  ServerOptions options() { return {.tls = load_tls_server(certificate, key).value()}; }
};

ServerResponse tell(const ServerRequest& request) {
  return {.body = (request.is_secure ? "secure " : "plain ") + std::to_string(request.body.size())};
}

/// With the certificate among those that are trusted, or with none.
Result<HttpResponse> ask(const TestServer& server, const char* trusted, std::string host = "127.0.0.1",
                         std::string body = {}) {
  const char* before = std::getenv("CURL_CA_BUNDLE");
  std::string kept = before ? before : "";
  ::setenv("CURL_CA_BUNDLE", trusted, 1);
  HttpClient client;
  auto answer = client.send_and_wait(
      {.method = "POST", .url = fmt::format("https://{}:{}/", host, server.port()), .body = std::move(body)});
  before ? ::setenv("CURL_CA_BUNDLE", kept.c_str(), 1) : ::unsetenv("CURL_CA_BUNDLE");
  return answer;
}

}  // namespace

TEST_CASE("who trusts the certificate is served over TLS, by each of its names") {
  World world;
  TestServer server(tell, world.options());
  for (auto host : {"127.0.0.1", "localhost"}) {
    auto answer = ask(server, world.certificate.c_str(), host, std::string(2'000'000, 'x'));
    REQUIRE_MESSAGE(answer, (answer ? "" : to_text(answer.error())));
    CHECK(answer->body == "secure 2000000");
  }
}

TEST_CASE("the certificate has an authority, for clients that trust nothing else") {
  World world;
  std::string_view chain = world.made.certificate;
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  std::size_t second = chain.find(begin, begin.size());
  REQUIRE(second != chain.npos);
  auto authority = world.folder.path() / "authority.crt";
  std::ofstream(authority) << chain.substr(second);
  TestServer server(tell, world.options());
  CHECK(ask(server, authority.c_str()));
}

TEST_CASE("who does not trust it is not served, and neither is who speaks no TLS") {
  World world, other;
  TestServer server(tell, world.options());
  CHECK_FALSE(ask(server, other.certificate.c_str()));
  auto plain = RawSocket::connected_to(server.port());
  REQUIRE(plain.send("GET / HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(plain.receive_all().contains("HTTP/1.1 200"));
  CHECK(ask(server, world.certificate.c_str()));
}

TEST_CASE("a client that says nothing, or leaves in the middle of the handshake, disturbs nobody") {
  World world;
  TestServer server(tell, world.options());
  auto silent = RawSocket::connected_to(server.port());
  {
    auto leaves = RawSocket::connected_to(server.port());
    REQUIRE(leaves.send("\x16\x03\x01"));
  }
  CHECK(ask(server, world.certificate.c_str()));
}

TEST_CASE("a certificate covers the names it was made for, as long as it lasts") {
  World world;
  CHECK(covers(world.made.certificate, names, 29));
  CHECK_FALSE(covers(world.made.certificate, names, 31));
  const std::array<std::string, 2> more{"localhost", "lake.example"};
  CHECK_FALSE(covers(world.made.certificate, more, 1));
  const std::array<std::string, 1> address{"192.0.2.7"};
  CHECK_FALSE(covers(world.made.certificate, address, 1));
  CHECK_FALSE(covers("no certificate", names, 1));
}

TEST_CASE("files that do not belong together are refused") {
  World world, other;
  CHECK(load_tls_server(world.certificate, other.key).error().code == Code::invalid);
  CHECK(load_tls_server(world.folder.path() / "none", world.key).error().code == Code::invalid);
}
