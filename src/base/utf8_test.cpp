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

TEST_CASE("text of any script is UTF-8") {
  CHECK_FALSE(first_byte_not_utf8(""));
  CHECK_FALSE(first_byte_not_utf8("plain"));
  CHECK_FALSE(
      first_byte_not_utf8("größe · 水 · \xF0\x9F\x90\x9F · \xED\x9F\xBF · \xEE\x80\x80 · \xF4\x8F\xBF\xBF"));
}

TEST_CASE("malformed sequences are found at their first byte") {
  CHECK(first_byte_not_utf8("ab\xFF") == 2);
  CHECK(first_byte_not_utf8("\x80") == 0);              // a continuation without a start
  CHECK(first_byte_not_utf8("a\xC3") == 1);             // cut off
  CHECK(first_byte_not_utf8("\xC3(") == 0);             // not continued
  CHECK(first_byte_not_utf8("\xC0\xAF") == 0);          // overlong, 2 bytes
  CHECK(first_byte_not_utf8("\xE0\x80\xAF") == 0);      // overlong, 3 bytes
  CHECK(first_byte_not_utf8("\xF0\x80\x80\xAF") == 0);  // overlong, 4 bytes
  CHECK(first_byte_not_utf8("\xED\xA0\x80") == 0);      // a surrogate
  CHECK(first_byte_not_utf8("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
}

TEST_CASE("text that is UTF-8 stays as it is") {
  for (auto text : {"", "plain\n", "Grüße, Ωmega, 水, 😀", "\x7f\xc2\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf"}) {
    CHECK(to_utf8(text) == text);
  }
}

TEST_CASE("every byte that is not UTF-8 becomes a replacement character") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(to_utf8("a\xff"
                "b") == "a" + bad + "b");
  CHECK(to_utf8("cut \xe6\xb0") == "cut " + bad + bad);         // the end of a character is missing
  CHECK(to_utf8("\xb4 cut") == bad + " cut");                   // its start is
  CHECK(to_utf8("\xc0\xaf") == bad + bad);                      // overlong
  CHECK(to_utf8("\xed\xa0\x80") == bad + bad + bad);            // a surrogate
  CHECK(to_utf8("\xf4\x90\x80\x80") == bad + bad + bad + bad);  // beyond the last code point
}
