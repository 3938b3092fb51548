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
  Result<std::optional<Connection>> resolve(const std::optional<std::string>& profile = std::nullopt,
                                            const std::map<std::string, std::string>& arguments = {}) const {
    Asked asked{.profile = profile};
    for (const auto& [name, value] : arguments) asked.arguments.values.emplace(name, value);
    return resolve_connection(asked, [this](const std::string& name) -> std::optional<std::string> {
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
  CHECK(std::get<Credential>(dev.sign_in).reveal() == "dapi#two");
  auto otherwise = home.resolve().value().value();
  CHECK(otherwise.host == "https://one.example.com");
  CHECK(std::get<Credential>(otherwise.sign_in).reveal() == "dapi-one");
}

TEST_CASE("profiles inherit nothing from DEFAULT") {
  Home home;
  auto lonely =
      home.config("[DEFAULT]\ntoken = secret-canary\n[dev]\nhost = https://two.example.com\nclient_id = me\n")
          .resolve("dev");
  REQUIRE_FALSE(lonely);
  CHECK(lonely.error().code == Code::unauthenticated);
  CHECK(lonely.error().message == "profile dev is to sign in with oauth-m2m, but has no client_secret");
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
  CHECK(std::get<Credential>(found.sign_in).reveal() == "dapi#two");
}

TEST_CASE("the profile of the environment takes its token from there too") {
  Home home;
  home.config(two_profiles).set("DATABRICKS_CONFIG_PROFILE", "dev").set("DATABRICKS_TOKEN", "fresh");
  CHECK(std::get<Credential>(home.resolve().value().value().sign_in).reveal() == "fresh");
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

TEST_CASE("an attempt goes on at the same host, or in the embedded workspace wherever it listens now") {
  Connection embedded{"embedded", "http://127.0.0.1:9", {}};
  Connection dev{"profile dev", "https://a.example.com", {}};
  CHECK(is_same_place("embedded", "http://127.0.0.1:8", embedded));
  CHECK(is_same_place("environment", "https://a.example.com", dev));
  CHECK_FALSE(is_same_place("profile dev", "https://b.example.com", dev));
  CHECK_FALSE(is_same_place("profile dev", "http://127.0.0.1:9", embedded));
}

TEST_CASE("each method of signing in is read from a profile") {
  Home home;
  home.config(R"(
[basic]
host = https://a.example.com
username = me
password = p#w
[m2m]
host = https://a.example.com
client_id = id
client_secret = s
[azure]
host = https://adb-1.azuredatabricks.net
azure_client_id = id
azure_client_secret = s
azure_tenant_id = t
azure_environment = china
azure_workspace_resource_id = /subscriptions/1
)");
  CHECK(home.resolve("basic")->value().sign_in == SignIn(Basic{"me", Credential("p#w")}));
  CHECK(home.resolve("m2m")->value().sign_in == SignIn(ClientCredentials{"id", Credential("s")}));
  CHECK(home.resolve("azure")->value().sign_in ==
        SignIn(AzureServicePrincipal{"id", Credential("s"), "t", "https://login.chinacloudapi.cn",
                                     "https://management.core.chinacloudapi.cn/", "/subscriptions/1"}));
}

TEST_CASE("each method of signing in is read from variables") {
  auto with = [](const std::map<std::string, std::string>& variables) {
    Home home;
    home.set("DATABRICKS_HOST", "https://a.example.com");
    for (const auto& [name, value] : variables) home.set(name, value);
    auto found = home.resolve();
    REQUIRE(found);
    return std::string(auth_type_of(found->value().sign_in));
  };
  CHECK(with({{"DATABRICKS_TOKEN", "t"}}) == "pat");
  CHECK(with({{"DATABRICKS_USERNAME", "me"}, {"DATABRICKS_PASSWORD", "p"}}) == "basic");
  CHECK(with({{"DATABRICKS_CLIENT_ID", "me"}, {"DATABRICKS_CLIENT_SECRET", "p"}}) == "oauth-m2m");
  CHECK(with({{"ARM_CLIENT_ID", "me"}, {"ARM_CLIENT_SECRET", "p"}}) == "azure-client-secret");
}

TEST_CASE("two methods are one too many, unless auth_type chooses") {
  Home home;
  home.set("DATABRICKS_HOST", "https://a.example.com")
      .set("DATABRICKS_TOKEN", "secret-canary")
      .set("DATABRICKS_CLIENT_ID", "id")
      .set("DATABRICKS_CLIENT_SECRET", "secret-canary");
  auto both = home.resolve();
  CHECK(both.error().code == Code::invalid);
  CHECK(both.error().message == "more than one authorization method configured: oauth and pat");
  CHECK(both.error().hint.contains("DATABRICKS_AUTH_TYPE"));
  CHECK_FALSE(to_text(both.error()).contains("secret-canary"));
  home.set("DATABRICKS_AUTH_TYPE", "oauth-m2m");
  CHECK(auth_type_of(home.resolve()->value().sign_in) == "oauth-m2m");
  home.set("DATABRICKS_AUTH_TYPE", "pat");
  CHECK(auth_type_of(home.resolve()->value().sign_in) == "pat");
  home.set("DATABRICKS_AUTH_TYPE", "oauth-m2n");
  CHECK(home.resolve().error().hint == "did you mean 'oauth-m2m'?");
}

TEST_CASE("Azure's variables belong to other programs too: alone they configure nothing") {
  Home home;
  home.set("ARM_CLIENT_ID", "id").set("ARM_CLIENT_SECRET", "s").set("ARM_TENANT_ID", "t");
  CHECK_FALSE(home.resolve()->has_value());
  home.config(two_profiles);
  CHECK(auth_type_of(home.resolve()->value().sign_in) == "pat");
}

TEST_CASE("arguments count before variables, and variables before the profile they choose") {
  Home home;
  home.config(two_profiles).set("DATABRICKS_CONFIG_PROFILE", "dev").set("DATABRICKS_TOKEN", "fresh");
  auto found = home.resolve(std::nullopt, {{"token", "mine"}})->value();
  CHECK(found.host == "https://two.example.com");
  CHECK(found.sign_in == SignIn(Credential("mine")));
  auto alone = home.resolve(std::nullopt, {{"host", "https://c.example.com"}, {"token", "mine"}})->value();
  CHECK(alone.name == "given by the program");
  CHECK(alone.host == "https://c.example.com");
}

TEST_CASE("what belongs to one host is not sent to another") {
  Home home;
  home.config(two_profiles)
      .set("DATABRICKS_CONFIG_PROFILE", "dev")
      .set("DATABRICKS_HOST", "https://c.example.com");
  auto mixed = home.resolve();
  CHECK(mixed.error().message ==
        "the host is https://c.example.com, but what to sign in with comes from profile dev and belongs to "
        "https://two.example.com");
  Home other;
  other.set("DATABRICKS_HOST", "https://a.example.com").set("DATABRICKS_TOKEN", "t");
  CHECK_FALSE(other.resolve(std::nullopt, {{"host", "https://b.example.com"}}));
  CHECK(other.resolve(std::nullopt, {{"host", "https://a.example.com/"}}));
}

TEST_CASE(
    "a profile with a host alone signs in with what the variables say, unless that is for another host") {
  Home home;
  home.config("[dev]\nhost = https://two.example.com\n").set("DATABRICKS_TOKEN", "t");
  CHECK(home.resolve("dev")->value().sign_in == SignIn(Credential("t")));
  home.set("DATABRICKS_HOST", "https://env.example.com");
  CHECK_FALSE(home.resolve("dev"));
}

TEST_CASE("half a method says which half is missing") {
  Home home;
  home.set("DATABRICKS_HOST", "https://a.example.com").set("DATABRICKS_USERNAME", "me");
  auto half = home.resolve();
  CHECK(half.error().code == Code::unauthenticated);
  CHECK(half.error().message ==
        "DATABRICKS_HOST (https://a.example.com) is to sign in with basic, but has no password");
  CHECK(half.error().hint == "set password in the profile, or DATABRICKS_PASSWORD");
}

TEST_CASE("a profile or a variable may say how many calls a second its workspace gets") {
  Home home;
  home.config("[DEFAULT]\nhost = https://one.example.com\ntoken = t\nrate_limit = 5\n");
  CHECK(home.resolve().value()->calls_per_second == 5);
  home.set("DATABRICKS_RATE_LIMIT", "0.5");
  CHECK(home.resolve().value()->calls_per_second == 0.5);
  CHECK(home.resolve().value()->name == "profile DEFAULT");
  home.set("DATABRICKS_RATE_LIMIT", "fast");
  CHECK(home.resolve().error().message ==
        "DATABRICKS_RATE_LIMIT must be a number of calls a second, not 'fast'");
  home.config("[DEFAULT]\nhost = https://one.example.com\ntoken = t\nrate_limit = 0\n");
  CHECK(home.resolve().error().message ==
        "profile DEFAULT: rate_limit must be a number of calls a second, not '0'");
}
