#include "cli/terminal/byte_meter.h"

#include <doctest/doctest.h>

using namespace weir::cli;

TEST_CASE("sizes are said in the unit that fits") {
  CHECK(size_text(0) == "0 bytes");
  CHECK(size_text(1023) == "1023 bytes");
  CHECK(size_text(1024) == "1.0 KiB");
  CHECK(size_text(300 * 1024) == "300 KiB");
  CHECK(size_text(1536 * 1024) == "1.5 MiB");
  CHECK(size_text(std::uint64_t{5} << 40) == "5.0 TiB");
}
