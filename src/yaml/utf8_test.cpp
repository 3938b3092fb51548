#include "yaml/utf8.h"

#include <doctest/doctest.h>

using namespace weir::yaml;

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

TEST_CASE("control characters other than tab and line ends are found") {
  CHECK_FALSE(first_control_character("a\tb\r\nc"));
  CHECK(first_control_character("a\x04") == 1);
  CHECK(first_control_character(std::string_view("\0", 1)) == 0);
}
