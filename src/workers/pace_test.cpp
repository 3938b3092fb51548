#include "workers/pace.h"

#include <doctest/doctest.h>

using namespace weir::workers;
using namespace std::chrono_literals;

TEST_CASE("nothing is held ahead before anything is known, nor while functions are slow") {
  Pace pace;
  CHECK(pace.ahead(2) == 0);
  pace.note(1min);
  CHECK(pace.ahead(2) == 0);
}

TEST_CASE("the faster functions return, the more is held ahead, up to a limit") {
  Pace brisk;
  brisk.note(1ms);
  CHECK(brisk.ahead(2) == 10);
  Pace instant;
  instant.note(0ns);
  CHECK(instant.ahead(2) == 1024);
}

TEST_CASE("one slow function ends the haste, and many fast ones bring it back") {
  Pace pace;
  for (int i = 0; i < 100; ++i) pace.note(2us);
  CHECK(pace.ahead(2) == 1024);
  pace.note(1s);
  CHECK(pace.ahead(2) == 0);
  for (int i = 0; i < 500; ++i) pace.note(2us);
  CHECK(pace.ahead(2) == 1024);
}
