#include "base/ids.h"

#include <set>

#include <doctest/doctest.h>

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("run ids sort by creation time and read back as written") {
  SystemRandom random;
  Instant now = SystemClock{}.now();
  Uuid first = make_uuid_v7(now, random);
  Uuid second = make_uuid_v7(now + 1ms, random);
  CHECK(first < second);
  CHECK(to_text(first) < to_text(second));
  CHECK(parse_uuid(to_text(first)) == first);
  CHECK(to_text(first)[14] == '7');
}

TEST_CASE("texts that are no run id are refused") {
  for (auto text : {"", "brave-otter", "0190d5c4-7f2a-7000-8000-00000000000",
                    "0190d5c4x7f2a-7000-8000-000000000000", "0190D5C4-7f2a-7000-8000-000000000000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_uuid(text));
  }
}

TEST_CASE("names have two words and vary") {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(two_word_name(random));
  CHECK(seen.size() > 100);
  for (const auto& name : seen) CHECK(name.find('-') != std::string::npos);
}

TEST_CASE("a fingerprint depends on every byte and on nothing else") {
  CHECK(fingerprint("a") == fingerprint("a"));
  CHECK(fingerprint("a") != fingerprint("b"));
  CHECK(fingerprint("").size() == 32);
}

TEST_CASE("a content digest is BLAKE2b with 32 bytes") {
  CHECK(content_digest("abc") == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(is_content_digest(content_digest("")));
  CHECK_FALSE(is_content_digest("../" + std::string(61, 'a')));
  CHECK_FALSE(is_content_digest(std::string(63, 'a')));
}
