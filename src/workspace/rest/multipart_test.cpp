#include "workspace/rest/multipart.h"

#include <doctest/doctest.h>

using namespace weir::workspace;

namespace {

constexpr auto type = "multipart/form-data; boundary=\"b 1\"";

}  // namespace

TEST_CASE("a form's fields and its file are read byte for byte") {
  std::string bytes("\r\n--b\0\xff", 7);
  auto parts =
      parse_multipart("Multipart/Form-Data; boundary=xyz",
                      "--xyz\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/a b\r\n"
                      "--xyz\r\ncontent-disposition: form-data; filename=\"n;ame=x\"; name=\"contents\"\r\n"
                      "Content-Type: application/octet-stream\r\n\r\n" +
                          bytes + "\r\n--xyz--\r\n");
  REQUIRE(parts);
  REQUIRE(parts->size() == 2);
  CHECK(parts->at(0).name == "path");
  CHECK(parts->at(0).content == "/a b");
  CHECK_FALSE(parts->at(0).is_file);
  CHECK(parts->at(1).name == "contents");
  CHECK(parts->at(1).is_file);
  CHECK(parts->at(1).content == bytes);
}

TEST_CASE("a form that breaks its own rules is refused") {
  std::string part = "--b 1\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\nx\r\n";
  CHECK(parse_multipart(type, part + "--b 1--"));
  for (const std::string& body :
       {std::string(), std::string("--b 1"), part, part + part + "--b 1--", "x" + part,
        std::string("--b 1\r\n\r\n\r\nx\r\n--b 1--"), std::string("--b 1\r\nx\r\n--b 1--")}) {
    CAPTURE(body);
    auto parts = parse_multipart(type, body);
    REQUIRE_FALSE(parts);
    CHECK(parts.error().code == "MALFORMED_REQUEST");
  }
  CHECK_FALSE(parse_multipart("multipart/form-data", part + "--b 1--"));
}
