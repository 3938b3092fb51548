#include "net/http.h"

#include <doctest/doctest.h>

using namespace weir::net;

TEST_CASE("a header is found whatever the case of its name, and the first one wins") {
  Headers headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X-Empty", ""}};
  CHECK(header(headers, "CONTENT-TYPE") == "a");
  CHECK(header(headers, "x-empty") == "");
  CHECK_FALSE(header(headers, "Content"));
}

TEST_CASE("a header that would break the message is none") {
  CHECK(is_header("X-Name", "value with spaces\tand a tab"));
  CHECK(is_header("X-Name", "gr\xc3\xbc\xc3\x9f"));
  CHECK_FALSE(is_header("", "value"));
  CHECK_FALSE(is_header("X Name", "value"));
  CHECK_FALSE(is_header("X-Name:", "value"));
  CHECK_FALSE(is_header("X-Name", "a\r\nX-Other: b"));
  CHECK_FALSE(is_header("X-Name", std::string_view("a\0b", 3)));
}

TEST_CASE("percent decoding restores every byte and refuses broken escapes") {
  CHECK(percent_decode("a%20b%2Fc%c3%BC") == "a b/c\xc3\xbc");
  CHECK(percent_decode("1+1", false) == "1+1");
  CHECK(percent_decode("1+1%2B", true) == "1 1+");
  CHECK(percent_decode("%00") == std::string(1, '\0'));
  for (auto broken : {"%", "%4", "%zz", "a%4", "%+1", "% 1", "%-1", "%0x"}) {
    CAPTURE(broken);
    CHECK_FALSE(percent_decode(broken));
  }
}

TEST_CASE("percent encoding leaves only what is safe everywhere, and decodes back") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b/c?&=+%") == "a%20b%2Fc%3F%26%3D%2B%25");
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  CHECK(percent_decode(percent_encode(every_byte), true) == every_byte);
}
