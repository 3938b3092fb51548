// What is not YAML, and the exact words for it.
#include "yaml/syntax_fault.h"

#include <doctest/doctest.h>

#include "yaml/document.h"

using namespace weir;
using namespace weir::yaml;

namespace {

std::string complaint(std::string_view text) {
  Faults faults("f", text);
  read_document(text, faults);
  auto errors = faults.errors();
  REQUIRE(errors.size() == 1);
  return to_text(errors.front());
}

}  // namespace

TEST_CASE("a tab in the indentation is pointed at") {
  CHECK(complaint("a:\n\tb: 1\n") == "f:2:1: a tab cannot indent YAML\nindent with spaces");
  CHECK(complaint("a:\n  b: 1\n  \tc: 1\n") == "f:3:3: a tab cannot indent YAML\nindent with spaces");
}

TEST_CASE("a colon or dash in the wrong place is pointed at") {
  CHECK(complaint("a: b: c\n") ==
        "f:1:5: a ':' is not allowed here\ncheck the indentation, and put quotes around text that contains "
        "': '");
  CHECK(complaint("a: 1\n b: 2\n").starts_with("f:2:3: a ':' is not allowed here"));
  CHECK(complaint("a: - b\n") == "f:1:4: a '- ' is not allowed here\nstart the list on a line of its own");
}

TEST_CASE("a line that fits no indentation is pointed at") {
  CHECK(complaint("tasks:\n  a:\n    process: [a]\n   b: 1\n") ==
        "f:4:4: this does not fit what is above it\n"
        "line it up with the mapping or list it belongs to, and write key: value or - item");
  CHECK(complaint("x:\n  - [a]\n  y: 1\n").starts_with("f:3:3: this does not fit what is above it"));
}

TEST_CASE("a bracket that is not closed is pointed at, not the end of the file") {
  CHECK(complaint("a: [1, 2\nb: 3\n") ==
        "f:1:4: this '[' is not closed properly\nput a ',' between its items and a ']' after the last");
  CHECK(complaint("x: 1\na: {x: 1\nb: 3\n") ==
        "f:2:4: this '{' is not closed properly\nput a ',' between its items, a blank after each ':' and a "
        "'}' after the last");
  CHECK(complaint("a: &x [b: [1], c: 2\nd: 3\n").starts_with("f:1:7: this '[' is not closed properly"));
  CHECK(complaint("a: [b}\n") ==
        "f:1:6: this bracket closes nothing\nremove it, or open the bracket it belongs to");
}

TEST_CASE("a quote that is not closed is pointed at, not the end of the file") {
  CHECK(complaint("a: 1\nb: \"unclosed\nc: 2\n") ==
        "f:2:4: this quote is not closed\nend the text with the same quote");
  CHECK(complaint("a: [echo, 'it''s]\n") ==
        "f:1:11: this quote is not closed\nend the text with the same quote");
  CHECK(complaint("\"a\": [\"b\\\"c\", \"d]\n") ==
        "f:1:15: this quote is not closed\nend the text with the same quote");
}

TEST_CASE("characters and escapes that mean nothing are pointed at") {
  CHECK(complaint("a: @x\n") ==
        "f:1:4: a value cannot start with this character\nput quotes around the value");
  CHECK(complaint("a: \"\\q\"\n") ==
        "f:1:7: this is no escape of a double-quoted text\n"
        "write \\\\ for a backslash, or use single quotes, where a backslash means itself");
  CHECK(complaint("a: \"\\ud83d\"\n").find("this is no escape of a double-quoted text") != std::string::npos);
}

TEST_CASE("what has no words of ours still has a place and theirs") {
  CHECK(complaint("%YAML 3.0\n---\na: 1") == "f:1:1: not YAML: YAML major version too large");
}
