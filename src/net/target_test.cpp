#include "net/target.h"

#include <doctest/doctest.h>

using namespace weir::net;

TEST_CASE("a target is split into an encoded path and decoded query pairs") {
  auto target = parse_target("/a%2Fb/c?x=1&y=a+b%26&flag&&x=2&=nameless");
  REQUIRE(target);
  CHECK(target->path == "/a%2Fb/c");
  CHECK(target->query == Headers{{"x", "1"}, {"y", "a b&"}, {"flag", ""}, {"x", "2"}, {"", "nameless"}});
}

TEST_CASE("an absolute URL is as good as a path") {
  CHECK(parse_target("http://host:80/a?b=c").value().path == "/a");
  CHECK(parse_target("http://host:80/a?b=c").value().query == Headers{{"b", "c"}});
  CHECK(parse_target("HTTPS://host").value().path == "/");
  CHECK(parse_target("http://host?b=c").value().query == Headers{{"b", "c"}});
  CHECK(parse_target("/redirect?to=http://host/b").value().path == "/redirect");
}

TEST_CASE("what is no target is refused") {
  CHECK(parse_target("*").value().path == "*");
  for (auto text : {"", "a", "host:443", "?a=b", "/a?b=%zz", "/a?%4=c"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_target(text));
  }
}
