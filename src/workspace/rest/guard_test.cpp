#include "workspace/rest/guard.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

const Guard guard("secret-token", 8123);

net::ServerRequest request(std::string method, net::Headers headers, std::string target = "/") {
  net::ServerRequest made{.method = std::move(method), .target = std::move(target)};
  made.headers = std::move(headers);
  return made;
}

int status_of(const std::optional<ApiError>& refusal) { return refusal ? refusal->status : 200; }

}  // namespace

TEST_CASE("only requests that name this server by a local name and its port are answered") {
  for (auto host : {"localhost:8123", "127.0.0.1:8123", "[::1]:8123", "LOCALHOST:8123"})
    CHECK(status_of(guard.check_origin(request("GET", {{"Host", host}}))) == 200);
  for (auto host :
       {"evil.test", "evil.test:8123", "localhost", "localhost:80", "localhost:81234", "",
        "127.0.0.1.evil.test:8123", "localhost:8123@evil.test", "localhost:8123:8123", "2130706433:8123"}) {
    CAPTURE(host);
    CHECK(status_of(guard.check_origin(request("GET", {{"Host", host}}))) == 421);
  }
  CHECK(status_of(guard.check_origin(request("GET", {}))) == 421);
  CHECK(status_of(guard.check_origin(request("GET", {{"Host", "localhost:8123"}, {"host", "evil.test"}}))) ==
        421);
}

TEST_CASE("an absolute target must name this server too") {
  net::Headers host{{"Host", "localhost:8123"}};
  CHECK(status_of(guard.check_origin(request("GET", host, "http://127.0.0.1:8123/api"))) == 200);
  CHECK(status_of(guard.check_origin(request("GET", host, "http://evil.test/api"))) == 421);
  CHECK(status_of(guard.check_origin(request("GET", host, "/?next=http://evil.test/"))) == 200);
}

TEST_CASE("a foreign page may not change anything, whatever the method") {
  for (auto method : {"POST", "PUT", "DELETE", "PATCH", "BREW"}) {
    CAPTURE(method);
    for (auto origin : {"http://evil.test", "null", "https://localhost:8123", "http://localhost:9999", ""})
      CHECK(status_of(guard.check_origin(
                request(method, {{"Host", "localhost:8123"}, {"Origin", origin}}))) == 403);
    net::Headers own{{"Host", "localhost:8123"}, {"Origin", "http://localhost:8123"}};
    CHECK(status_of(guard.check_origin(request(method, own))) == 200);
  }
}

TEST_CASE("the token must be the workspace's own, whole and once") {
  auto with = [](net::Headers headers) {
    return status_of(guard.check_token(request("GET", std::move(headers))));
  };
  CHECK(with({{"Authorization", "Bearer secret-token"}}) == 200);
  CHECK(with({{"authorization", "bearer secret-token"}}) == 200);
  for (auto value : {"", "Bearer", "Bearer ", "Bearer secret-toke", "Bearer secret-tokenx",
                     "Basic secret-token", "secret-token"}) {
    CAPTURE(value);
    CHECK(with({{"Authorization", value}}) == 401);
  }
  CHECK(with({}) == 401);
  CHECK(with({{"Authorization", "Bearer secret-token"}, {"Authorization", "Bearer x"}}) == 401);
}

TEST_CASE("over TLS the server answers at another port, and to the names that it is known by") {
  Guard both("secret-token", Doors{.port = 8123, .secure_port = 8443, .names = {"lake.example"}},
             AccessTokens("secret-token"));
  auto with = [&](std::string host, bool is_secure, std::string origin = "") {
    auto made = request("POST", {{"Host", std::move(host)}});
    if (!origin.empty()) made.headers.emplace_back("Origin", origin);
    made.is_secure = is_secure;
    return status_of(both.check_origin(made));
  };
  CHECK(with("localhost:8443", true) == 200);
  CHECK(with("lake.example:8443", true) == 200);
  CHECK(with("lake.example:8443", true, "https://lake.example:8443") == 200);
  CHECK(with("lake.example:8443", true, "http://lake.example:8443") == 403);
  CHECK(with("lake.example:8123", false) == 421);
  CHECK(with("localhost:8443", false) == 421);
  CHECK(with("localhost:8123", true) == 421);
  CHECK(with("evil.test:8443", true) == 421);
}

TEST_CASE("a token that a user made signs in as long as it is known") {
  Guard knowing("secret-token", Doors{.port = 8123}, AccessTokens("secret-token"),
                [](std::string_view token) { return token == "dapi1"; });
  auto with = [&](std::string_view token) {
    return status_of(
        knowing.check_token(request("GET", {{"Authorization", "Bearer " + std::string(token)}})));
  };
  CHECK(with("dapi1") == 200);
  CHECK(with("dapi2") == 401);
  CHECK(with("secret-token") == 200);
}

TEST_CASE(
    "a token for one address opens it by its method, however the target is written, and no call of gRPC") {
  AccessTokens tokens("secret-token");
  net::Headers headers{{"Authorization", "Bearer " + tokens.issue_for("GET", "/api/file?x=1")}};
  auto with = [&](std::string method, std::string target) {
    return status_of(guard.check_token(request(std::move(method), headers, std::move(target))));
  };
  CHECK(with("GET", "/api/file?x=1") == 200);
  CHECK(with("GET", "http://localhost:8123/api/file?x=1") == 200);
  CHECK(with("HEAD", "/api/file?x=1") == 401);
  CHECK(with("GET", "/api/file") == 401);
  CHECK(with("GET", "/api/file?x=1&x=2") == 401);
  CHECK(status_of(guard.check_token({.headers = headers})) == 401);
}
