#include "databricks/client/host.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;

TEST_CASE("hosts are normalised") {
  CHECK(normalise_host("https://ADB-1.azuredatabricks.net/") == "https://adb-1.azuredatabricks.net");
  CHECK(normalise_host("https://a.example.com:443/?o=12") == "https://a.example.com");
  CHECK(normalise_host("https://a.example.com:8443") == "https://a.example.com:8443");
  CHECK(normalise_host("http://127.0.0.1:8080/") == "http://127.0.0.1:8080");
  CHECK(normalise_host("http://[::1]:8080") == "http://[::1]:8080");
  CHECK(is_loopback("http://localhost:99"));
  CHECK(is_loopback("http://[::1]:99"));
  CHECK_FALSE(is_loopback("https://a.example.com"));
  CHECK_FALSE(is_loopback("https://127.example.com"));
}

TEST_CASE("hosts that cannot work are refused with the way out") {
  auto bare = normalise_host("adb-1.azuredatabricks.net");
  CHECK(bare.error().message == "host 'adb-1.azuredatabricks.net' has no scheme");
  CHECK(bare.error().hint == "write https://adb-1.azuredatabricks.net");
  auto clear = normalise_host("http://a.example.com/x");
  CHECK(clear.error().message.contains("clear text"));
  CHECK(clear.error().hint == "write https://a.example.com");
  auto user = normalise_host("https://me:secret-canary@a.example.com");
  CHECK_FALSE(to_text(user.error()).contains("secret-canary"));
  for (auto text : {"ftp://a.example.com", "https://", "https:///jobs",
                    "https://accounts.cloud.databricks.com", "http://127.0.0.1.evil.example.com"}) {
    CAPTURE(text);
    CHECK_FALSE(normalise_host(text));
  }
}
