#include "base/utf8.h"

#include <doctest/doctest.h>

using namespace weir;

TEST_CASE("a character is as long as UTF-8 says") {
  CHECK(utf8_character_size("abc") == 1);
  CHECK(utf8_character_size(std::string_view("\0a", 2)) == 1);
  CHECK(utf8_character_size("éa") == 2);
  CHECK(utf8_character_size("…a") == 3);
  CHECK(utf8_character_size("🜄a") == 4);
  CHECK(utf8_character_size("\xF4\x8F\xBF\xBF") == 4);
}

TEST_CASE("what is cut off, overlong, a surrogate or beyond Unicode is no character") {
  for (auto bytes : {"\x80", "\xC3", "\xC3(", "\xE2\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
                     "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CAPTURE(bytes);
    CHECK(utf8_character_size(bytes) == 0);
  }
}
