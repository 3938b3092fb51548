#include "workspace/secrets/secrets_api.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() {
    open();
    REQUIRE(post("2.0/secrets/scopes/create", {{"scope", "jobs"}}).status == 200);
  }

  Answered put(std::string_view key, std::string_view value) {
    return post("2.0/secrets/put", {{"scope", "jobs"}, {"key", key}, {"string_value", value}});
  }

  std::string value(std::string_view key) {
    auto found = get("2.0/secrets/get?scope=jobs&key=" + std::string(key));
    return databricks::decode_base64(string_or(found.body, "value", "")).value_or("");
  }
};

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a secret comes back as it was put, also from the next server") {
  Served served;
  REQUIRE(served.put("password", "correct horse").status == 200);
  CHECK(served.value("password") == "correct horse");
  std::string bytes("\x00\xff\x01", 3);
  json binary = {{"scope", "jobs"}, {"key", "binary"}, {"bytes_value", databricks::encode_base64(bytes)}};
  REQUIRE(served.post("2.0/secrets/put", binary).status == 200);
  served.reopen();
  CHECK(served.value("password") == "correct horse");
  CHECK(served.value("binary") == bytes);
  REQUIRE(served.put("password", "battery staple").status == 200);
  CHECK(served.value("password") == "battery staple");
}

TEST_CASE("no file of the workspace holds a secret, and its key is for the user alone") {
  Served served;
  REQUIRE(served.put("password", "correct horse battery").status == 200);
  served.close();
  auto home = served.folder() / "home";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home))
    if (entry.is_regular_file())
      CHECK_MESSAGE(content_of(entry.path()).find("correct horse") == std::string::npos,
                    entry.path().string());
  auto mode = std::filesystem::status(home / "secrets.key").permissions();
  CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
        std::filesystem::perms::none);
}

TEST_CASE("a sealed secret opens only in its place and with its key") {
  auto box = SecretBox::open(std::string(64, 'a')).value();
  std::string sealed = box.seal("value", "scope", "key");
  CHECK(box.unseal(sealed, "scope", "key").value() == "value");
  CHECK_FALSE(box.unseal(sealed, "scope", "other"));
  CHECK_FALSE(SecretBox::open(std::string(64, 'b')).value().unseal(sealed, "scope", "key"));
  CHECK(box.seal("value", "scope", "key") != sealed);
  CHECK_FALSE(SecretBox::open("short"));
}

TEST_CASE("secrets are listed by name and removed; scopes take theirs along") {
  Served served;
  served.put("b", "1");
  served.put("a", "2");
  auto listed = served.get("2.0/secrets/list?scope=jobs").body.at("secrets");
  REQUIRE(listed.get_array().size() == 2);
  CHECK(listed.at(0).at("key") == "a");
  CHECK(int_or(listed.at(0), "last_updated_timestamp", 0) > 0);
  CHECK(served.get("2.0/secrets/scopes/list").body.at("scopes").at(0) ==
        json{{"name", "jobs"}, {"backend_type", "DATABRICKS"}});
  CHECK(served.post("2.0/secrets/delete", {{"scope", "jobs"}, {"key", "a"}}).status == 200);
  CHECK(served.get("2.0/secrets/get?scope=jobs&key=a").code() == "RESOURCE_DOES_NOT_EXIST");
  CHECK(served.post("2.0/secrets/scopes/delete", {{"scope", "jobs"}}).status == 200);
  CHECK(served.get("2.0/secrets/get?scope=jobs&key=b").status == 404);
  CHECK(served.get("2.0/secrets/scopes/list").body == json(JsonObject{}));
}

TEST_CASE("what is no scope, no key or no value is refused by name") {
  Served served;
  CHECK(served.post("2.0/secrets/scopes/create", {{"scope", "jobs"}}).code() == "RESOURCE_ALREADY_EXISTS");
  CHECK(served.post("2.0/secrets/scopes/create", {{"scope", "a b"}}).code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.get("2.0/secrets/list?scope=none").message() == "Scope none does not exist!");
  CHECK(served.put("a/b", "1").status == 400);
  CHECK(served.post("2.0/secrets/put", {{"scope", "jobs"}, {"key", "k"}}).status == 400);
  CHECK(served.put("k", std::string(128 * 1024 + 1, 'x')).status == 400);
}

TEST_CASE("access lists are kept") {
  Served served;
  json acl = {{"scope", "jobs"}, {"principal", "team"}, {"permission", "READ"}};
  CHECK(served.post("2.0/secrets/acls/put", acl).status == 200);
  auto items = served.get("2.0/secrets/acls/list?scope=jobs").body.at("items").get_array();
  CHECK(items.size() == 2);
  CHECK(served.get("2.0/secrets/acls/get?scope=jobs&principal=team").body.at("permission") == "READ");
  CHECK(served.post("2.0/secrets/acls/delete", {{"scope", "jobs"}, {"principal", "team"}}).status == 200);
  CHECK(served.get("2.0/secrets/acls/get?scope=jobs&principal=team").status == 404);
}

TEST_CASE("a run's environment and Spark settings may refer to secrets, and its folder does not show them") {
  Served served;
  served.put("password", "correct horse");
  JsonObject cluster{{"spark_env_vars", {{"PASSWORD", "{{secrets/jobs/password}}"}}},
                     {"spark_conf", {{"spark.plain", "x"}, {"spark.hidden", "{{secrets/jobs/password}}"}}}};
  auto id = served.submit(
      "import os\nassert os.environ['PASSWORD'] == 'correct horse'\n"
      "assert 'correct horse' in os.environ['WEIR_SECRET_SPARK_CONF']\nprint(task['spark_conf'])\n",
      {{"new_cluster", cluster}});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(string_or(served.output(id), "logs", "") == "{'spark.plain': 'x'}\n");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(served.folder() / "home/runs"))
    if (entry.is_regular_file()) CHECK(content_of(entry.path()).find("correct horse") == std::string::npos);
}
