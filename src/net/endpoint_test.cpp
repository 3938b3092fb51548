#include "net/endpoint.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::net;

TEST_CASE("an endpoint is named by host and port, without what came with them") {
  CHECK(endpoint_of("https://host.example/path?token=secret").value().name == "host.example");
  CHECK(endpoint_of("http://user:secret@host:8080/").value().name == "host:8080");
  CHECK(endpoint_of("http://[::1]:80/").value().name == "[::1]:80");
}

TEST_CASE("loopback is told from other hosts") {
  for (auto url : {"http://localhost:1/", "http://127.0.0.1/", "http://127.1.2.3/", "http://[::1]/"}) {
    CHECK(endpoint_of(url).value().loopback);
  }
  for (auto url : {"http://localhost.example/", "http://10.0.0.1/", "http://[::2]/"}) {
    CHECK_FALSE(endpoint_of(url).value().loopback);
  }
}

TEST_CASE("what is no URL is refused without a word of its secrets") {
  for (std::string url :
       {"", "host", "ftp://host/", "file:///etc/passwd", "http://", "http://ho st/",
        "https://user:secret@host:port/", "user:secret@host", "http://user:sec@secret@ho st/?a=secret",
        "http://host:99999/?secret", "http://user:secret/@host:x/"}) {
    CAPTURE(url);
    auto endpoint = endpoint_of(url);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().code == Code::invalid);
    CHECK_FALSE(endpoint.error().message.contains("secret"));
    CHECK_FALSE(endpoint.error().hint.empty());
  }
  CHECK_FALSE(endpoint_of(std::string("http://host/\0", 13)));
}
