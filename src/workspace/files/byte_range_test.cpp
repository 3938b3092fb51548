#include "workspace/files/byte_range.h"

#include <doctest/doctest.h>

using namespace weir::workspace;

TEST_CASE("a range is cut to what the file has") {
  CHECK(range_in("bytes=0-4", 10) == ByteRange{0, 5});
  CHECK(range_in("bytes=5-", 10) == ByteRange{5, 5});
  CHECK(range_in("Bytes= 9 - 99", 10) == ByteRange{9, 1});
  CHECK(range_in("bytes=-3", 10) == ByteRange{7, 3});
  CHECK(range_in("bytes=-99", 10) == ByteRange{0, 10});
  CHECK_FALSE(range_in("bytes=10-", 10));
  CHECK_FALSE(range_in("bytes=0-", 0));
  CHECK_FALSE(range_in("bytes=-0", 10));
}

TEST_CASE("what is no range, or several, means the whole file") {
  for (auto header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "bytes=5-4",
                      "lines=1-2", "bytes=1-2-3", "bytes=99999999999999999999-"}) {
    CAPTURE(header);
    CHECK(range_in(header, 10) == ByteRange{0, 10});
  }
}

TEST_CASE("dates are read back as they were written") {
  CHECK(http_date(784'111'777'999) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(seconds_of_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777);
  for (auto text : {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT+1"})
    CHECK_FALSE(seconds_of_http_date(text));
}
