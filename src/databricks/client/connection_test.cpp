#include "databricks/client/connection.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;

namespace {

/// A home folder of its own, an environment of its own.
struct Home {
  std::filesystem::path folder = make_folder();
  std::map<std::string, std::string> variables{{"HOME", folder.string()}};

  static std::filesystem::path make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "weir-home-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    return pattern;
  }
  Home() = default;
  ~Home() { std::filesystem::remove_all(folder); }

  Home& config(std::string_view text) {
    std::ofstream(folder / ".databrickscfg") << text;
    return *this;
  }
  Home& set(const std::string& name, const std::string& value) {
    variables[name] = value;
    return *this;
  }
  Result<std::optional<Connection>> resolve(const std::optional<std::string>& profile = std::nullopt) const {
    return resolve_connection(profile, [this](const std::string& name) -> std::optional<std::string> {
      auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  }
};

constexpr auto two_profiles = R"(
[DEFAULT]
host = https://one.example.com/
token = dapi-one   # the old one

[dev]
host  = https://two.example.com?o=7
token = dapi#two
)";

}  // namespace

TEST_CASE("with nothing configured there is no connection and no error") {
  Home home;
  auto found = home.resolve();
  REQUIRE(found);
  CHECK_FALSE(found->has_value());
  auto empty = home.config("[DEFAULT]\n").resolve();
  REQUIRE(empty);
  CHECK_FALSE(empty->has_value());
}

TEST_CASE("a profile is read with its own host and token") {
  Home home;
  home.config(two_profiles);
  auto dev = home.resolve("dev").value().value();
  CHECK(dev.name == "profile dev");
  CHECK(dev.host == "https://two.example.com");
  CHECK(dev.credential.reveal() == "dapi#two");
  auto otherwise = home.resolve().value().value();
  CHECK(otherwise.host == "https://one.example.com");
  CHECK(otherwise.credential.reveal() == "dapi-one");
}

TEST_CASE("profiles inherit nothing from DEFAULT") {
  Home home;
  auto lonely =
      home.config("[DEFAULT]\ntoken = secret-canary\n[dev]\nhost = https://two.example.com\nclient_id = me\n")
          .resolve("dev");
  REQUIRE_FALSE(lonely);
  CHECK(lonely.error().code == Code::unauthenticated);
  CHECK(lonely.error().message.contains("'dev'"));
  CHECK(lonely.error().message.contains("client_id"));
  CHECK_FALSE(to_text(lonely.error()).contains("secret-canary"));
}

TEST_CASE("a missing profile names the nearest") {
  Home home;
  auto missing = home.config(two_profiles).resolve("dve");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().hint == "did you mean 'dev'?");
  Home bare;
  CHECK(bare.resolve("dev").error().message.contains("does not exist"));
}

TEST_CASE("the settings section chooses the default profile and is none itself") {
  Home home;
  home.config(std::string(two_profiles) + "[__settings__]\ndefault_profile = dev\n");
  CHECK(home.resolve().value().value().host == "https://two.example.com");
  CHECK_FALSE(home.resolve("__settings__"));
}

TEST_CASE("the environment comes before the file, which is then not even read") {
  Home home;
  home.config("[broken").set("DATABRICKS_HOST", "https://env.example.com/path").set("DATABRICKS_TOKEN", "t");
  auto found = home.resolve().value().value();
  CHECK(found.name == "environment");
  CHECK(found.host == "https://env.example.com");
}

TEST_CASE("an explicit profile comes before the environment and never mixes with it") {
  Home home;
  home.config(two_profiles).set("DATABRICKS_HOST", "https://env.example.com").set("DATABRICKS_TOKEN", "t");
  auto found = home.resolve("dev").value().value();
  CHECK(found.host == "https://two.example.com");
  CHECK(found.credential.reveal() == "dapi#two");
}

TEST_CASE("the profile of the environment takes its token from there too") {
  Home home;
  home.config(two_profiles).set("DATABRICKS_CONFIG_PROFILE", "dev").set("DATABRICKS_TOKEN", "fresh");
  CHECK(home.resolve().value().value().credential.reveal() == "fresh");
}

TEST_CASE("halves of a configuration say what is missing") {
  Home host_only;
  auto no_token = host_only.set("DATABRICKS_HOST", "https://env.example.com").resolve();
  CHECK(no_token.error().code == Code::unauthenticated);
  CHECK(no_token.error().hint.contains("DATABRICKS_TOKEN"));
  Home token_only;
  auto no_host = token_only.set("DATABRICKS_TOKEN", "secret-canary").resolve();
  CHECK(no_host.error().hint.contains("DATABRICKS_HOST"));
  CHECK_FALSE(to_text(no_host.error()).contains("secret-canary"));
}

TEST_CASE("a broken file is refused with its line and without its contents") {
  Home home;
  auto broken = home.config("[DEFAULT]\nhost = https://a.example.com\nsecret-canary\n").resolve();
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message.contains(".databrickscfg:3: expected 'key = value'"));
  CHECK_FALSE(broken.error().message.contains("secret-canary"));
}

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

TEST_CASE("an attempt goes on at the same host, or in the embedded workspace wherever it listens now") {
  Connection embedded{"embedded", "http://127.0.0.1:9", {}};
  Connection dev{"profile dev", "https://a.example.com", {}};
  CHECK(is_same_place("embedded", "http://127.0.0.1:8", embedded));
  CHECK(is_same_place("environment", "https://a.example.com", dev));
  CHECK_FALSE(is_same_place("profile dev", "https://b.example.com", dev));
  CHECK_FALSE(is_same_place("profile dev", "http://127.0.0.1:9", embedded));
}
