#include "workers/output_text.h"

#include <doctest/doctest.h>

using namespace weir::workers;

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

TEST_CASE("the last lines are counted from the end") {
  CHECK(last_lines("one\ntwo\nthree\n", 2) == "two\nthree");
  CHECK(last_lines("one\ntwo\nthree", 1) == "three");
  CHECK(last_lines("one\ntwo", 5) == "one\ntwo");
  CHECK(last_lines("one\n\n", 1) == "");
  CHECK(last_lines("one\n\n", 2) == "one\n");
  CHECK(last_lines("\none", 2) == "\none");
  CHECK(last_lines("", 3) == "");
}

TEST_CASE("only the end of long output is kept") {
  KeptEnd end(4);
  end.append("abcd");
  CHECK(end.bytes() == "abcd");
  CHECK(end.is_whole());
  for (char c = 'e'; c <= 'z'; ++c) end.append(std::string(1, c));
  CHECK(end.bytes() == "wxyz");
  CHECK_FALSE(end.is_whole());
}
