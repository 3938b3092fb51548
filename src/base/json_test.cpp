#include "base/json.h"

#include <doctest/doctest.h>

using namespace weir;

TEST_CASE("JSON that does not parse is refused with its line and column") {
  auto parsed = parse_json("{\n  \"a\": ]\n}");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.starts_with("2:8: not JSON"));
  for (auto text : {"", "{", "{} x", "[1,]", "nul"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
  CHECK(parse_json(" {\"a\": 1} \n"));
}

TEST_CASE("JSON nested deeper than the limit is refused") {
  std::string deep = std::string(200, '[') + std::string(200, ']');
  CHECK_FALSE(parse_json(deep));
}

TEST_CASE("a number that 64 bits cannot hold is refused where it stands, not changed") {
  for (auto text : {"[\"\\\"1e999\",\n 1e400]", "[0,\n -1e400]", "[1,\n 1e-400]"}) {
    CAPTURE(text);
    REQUIRE_FALSE(parse_json(text));
    CHECK(parse_json(text).error().message == "2:2: not JSON: the number does not fit in 64 bits");
  }
  CHECK_FALSE(parse_json(std::string(400, '9')));
  CHECK(parse_json("[1e308, -1E+2, 0.5e-300, 123456789012345678901234567890, \"1e400\"]"));
}

TEST_CASE("members are found only when they are there and of the asked type") {
  json value = {{"name", "x"}, {"count", 3}, {"on", true}};
  CHECK(find_string(value, "name") == "x");
  CHECK_FALSE(find_string(value, "count"));
  CHECK(int_or(value, "count", 0) == 3);
  CHECK(int_or(value, "name", 7) == 7);
  CHECK(bool_or(value, "on", false));
  CHECK_FALSE(find(json("text"), "name"));
}

TEST_CASE("pretty text reads back as the same value") {
  json value = {{"a", {1, 2, {{"b", nullptr}}}}, {"empty", JsonObject{}}, {"quote\"", "line\nbreak"}};
  CHECK(parse_json(to_pretty_text(value)).value() == value);
}

TEST_CASE("every character of a text and a key reads back, and whole numbers of any size") {
  for (int c = 0; c <= 0x80; ++c) {
    std::string text = "a" + (c < 0x80 ? std::string(1, static_cast<char>(c)) : "\u00e9") + "b";
    json value = {{text, text}};
    CAPTURE(c);
    CHECK(to_text(value) == boost::json::serialize(value));
    CHECK(parse_json(to_text(value)).value() == value);
  }
  CHECK(to_text(json{INT64_MIN, INT64_MAX, UINT64_MAX, true, false, nullptr}) ==
        "[-9223372036854775808,9223372036854775807,18446744073709551615,true,false,null]");
}

TEST_CASE("numbers of many digits are read to the last bit") {
  for (auto text : {"90111111111111.11111111", "0.30000000000000004", "184467789017789012345678901234567890",
                    "[1.7976931348623157e+308]", "2.2250738585072014e-308"}) {
    CAPTURE(text);
    auto value = parse_json(text).value();
    CHECK(parse_json(to_text(value)).value() == value);
    if (value.is_double()) CHECK(value.get_double() == std::strtod(text, nullptr));
  }
}

TEST_CASE("numbers are written as people write them and read back the same") {
  CHECK(to_text(json(1.5)) == "1.5");
  CHECK(to_text(json(2.0)) == "2.0");
  CHECK(to_text(json(1e300)) == "1e+300");
  json values = {0.1, -3.25, 1e-9, 7, true, nullptr, "1.5", 123456789012345678};
  CHECK(parse_json(to_text(values)).value() == values);
  CHECK(to_text(json{{"a", {1, 2}}, {"b", JsonObject{}}}) == R"({"a":[1,2],"b":{}})");
}
