#include "yaml/scalar.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::yaml;

TEST_CASE("plain scalars follow the core schema of YAML 1.2") {
  CHECK(from_plain("7") == json(7));
  CHECK(from_plain("-7") == json(-7));
  CHECK(from_plain("+7") == json(7));
  CHECK(from_plain("007") == json(7));
  CHECK(from_plain("010") == json(10));
  CHECK(from_plain("0x1F") == json(31));
  CHECK(from_plain("0o17") == json(15));
  CHECK(from_plain("1.5") == json(1.5));
  CHECK(from_plain("-.5e3") == json(-500.0));
  CHECK(from_plain("+12.") == json(12.0));
  CHECK(from_plain("true") == json(true));
  CHECK(from_plain("FALSE") == json(false));
  CHECK(from_plain("") == json(nullptr));
  CHECK(from_plain("Null") == json(nullptr));
}

TEST_CASE("whatever else looks special is text") {
  for (const auto* text :
       {"yes",   "no",    "on",    "off", "y",   "tRUE", "nULL", "2024-01-31", "2024-01-31T10:00:00Z",
        "12:30", "1_000", "0b1",   "0x",  "0o8", "-0x1", "1e",   ".",          "+",
        "-",     "e3",    "1.2.3", "--1", "inf", "nan",  "1 "}) {
    CAPTURE(text);
    CHECK(from_plain(text) == json(text));
  }
}

TEST_CASE("integers keep every digit up to 64 bits and are refused beyond") {
  CHECK(from_plain("9223372036854775807").value().is_int64());
  CHECK(from_plain("-9223372036854775808") == json(std::numeric_limits<std::int64_t>::min()));
  CHECK(from_plain("18446744073709551615") == json(std::numeric_limits<std::uint64_t>::max()));
  for (const auto* text : {"18446744073709551616", "-9223372036854775809", "0xFFFFFFFFFFFFFFFFF", "1e999",
                           "-1e999", ".inf", "-.INF", ".nan"}) {
    CAPTURE(text);
    CHECK_FALSE(from_plain(text));
  }
}

TEST_CASE("tags decide, and must fit") {
  CHECK(from_tagged("12", "!") == json("12"));
  CHECK(from_tagged("12", "tag:yaml.org,2002:str") == json("12"));
  CHECK(from_tagged("12", "tag:yaml.org,2002:float").value().is_double());
  CHECK_FALSE(from_tagged("x", "tag:yaml.org,2002:int"));
  CHECK_FALSE(from_tagged("x", "tag:yaml.org,2002:timestamp"));
  CHECK_FALSE(from_tagged("x", "!mine"));
}
