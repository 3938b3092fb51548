#include "workspace/workspace.h"

#include <fstream>

#include <sys/stat.h>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;
namespace fs = std::filesystem;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }
};

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("nothing but discovery and the run page is served without the token") {
  Served served;
  for (auto path : {"/api/2.1/jobs/list", "/api/2.0/dbfs/list?path=/", "/api/2.0/preview/scim/v2/Me",
                    "/api/2.1/unknown", "/elsewhere"}) {
    CAPTURE(path);
    auto answer = served.send({.url = path});
    CHECK(answer.status == 401);
    CHECK(answer.code() == "UNAUTHENTICATED");
  }
  CHECK(served.send({.url = "/api/2.1/jobs/list", .headers = {{"Authorization", "Bearer wrong"}}}).status ==
        401);
  auto configuration = served.send({.url = "/.well-known/databricks-config"});
  CHECK(configuration.status == 200);
  CHECK(string_or(configuration.body, "oidc_endpoint", "") == served.host() + "/oidc");
  CHECK(served.send({.url = "/oidc/.well-known/oauth-authorization-server"}).status == 200);
  CHECK(served.send({.url = "/"}).status == 200);
}

TEST_CASE(
    "requests meant for another host and changes from foreign pages are refused with a valid token too") {
  Served served;
  net::Headers credential{{"Authorization", "Bearer " + served.token()}};
  auto with = [&](std::string name, std::string value) {
    auto headers = credential;
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
  };
  CHECK(served.send({.url = "/api/2.1/jobs/list", .headers = with("Host", "evil.test")}).status == 421);
  CHECK(
      served
          .send({.url = "/", .headers = {{"Host", "evil.test:" + std::to_string(served.workspace().port())}}})
          .status == 421);
  net::HttpRequest change{.method = "POST",
                          .url = "/api/2.0/dbfs/mkdirs",
                          .headers = with("Origin", "http://evil.test"),
                          .body = R"({"path":"/x"})"};
  CHECK(served.send(change).status == 403);
  change.headers = with("Origin", served.host());
  CHECK(served.send(change).status == 200);
}

TEST_CASE("every answer names the workspace, and unknown API paths say that they are not implemented") {
  Served served;
  auto answer = served.get("2.0/lakeview/dashboards");
  CHECK(answer.status == 501);
  CHECK(answer.code() == "NOT_IMPLEMENTED");
  auto org_id = net::header(answer.headers, "X-Databricks-Org-Id");
  REQUIRE(org_id);
  CHECK(org_id->size() == 16);
  CHECK(served.get("2.1/jobs/create").status == 405);
  auto me = served.get("2.0/preview/scim/v2/Me");
  CHECK(me.status == 200);
  CHECK(string_or(me.body, "userName", "").ends_with("@localhost"));
  CHECK(me.body.at("schemas").is_array());
  CHECK(me.body.at("emails").at(0).at("primary") == true);
}

TEST_CASE("the token is made once, and nobody else can read it or anything in the folder") {
  Served served;
  std::string token = served.token();
  CHECK(token.size() == 64);
  served.put("/a.txt", "x");
  served.reopen();
  CHECK(served.token() == token);
  CHECK(mode_of(served.options.home) == 0700);
  for (const auto& entry : fs::recursive_directory_iterator(served.options.home)) {
    CAPTURE(entry.path().string());
    CHECK((mode_of(entry.path()) & 077) == 0);
  }
  TestWorkspace other;
  other.open();
  CHECK(other.token() != token);
}

TEST_CASE("a token file that others can read is refused") {
  TestWorkspace served;
  served.open();
  served.close();
  fs::permissions(served.options.home / "token", fs::perms(0644));
  auto loop = make_loop();
  auto opened = Workspace::open(*loop, served.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::invalid);
  CHECK(opened.error().hint.find("chmod 600") != std::string::npos);
}

TEST_CASE("a second server over the same folder is refused and told who has it") {
  Served served;
  auto loop = make_loop();
  auto second = Workspace::open(*loop, served.options);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::conflict);
  CHECK(second.error().message.find("process " + std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("the port stays the same from start to start, and another is taken when it is occupied") {
  Served served;
  auto port = served.workspace().port();
  served.reopen();
  CHECK(served.workspace().port() == port);
  served.close();

  TestWorkspace squatter;
  squatter.options.port = port;
  squatter.open();
  served.open();
  CHECK(served.workspace().port() != port);
  served.close();
  served.options.port = port;
  auto loop = make_loop();
  auto refused = Workspace::open(*loop, served.options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::conflict);
}

TEST_CASE("an address that others can reach is refused") {
  TestWorkspace served;
  served.options.address = "0.0.0.0";
  auto loop = make_loop();
  auto opened = Workspace::open(*loop, served.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::invalid);
}

TEST_CASE("server.json is there while the server is, and says how to reach it") {
  Served served;
  auto text = read_file(served.options.home / "server.json");
  REQUIRE(text);
  auto announced = parse_json(*text).value();
  CHECK(int_or(announced, "pid", 0) == ::getpid());
  CHECK(int_or(announced, "port", 0) == served.workspace().port());
  CHECK(string_or(announced, "url", "") == served.host());
  served.close();
  CHECK_FALSE(fs::exists(served.options.home / "server.json"));
}

TEST_CASE("the run page carries its own policy: its script, its style, and this server only") {
  Served served;
  auto first = served.send({.url = "/"});
  auto policy = net::header(first.headers, "Content-Security-Policy").value_or("");
  CHECK(policy.find("default-src 'none'") != std::string::npos);
  auto nonce_at = policy.find("nonce-");
  REQUIRE(nonce_at != std::string::npos);
  std::string nonce = policy.substr(nonce_at + 6, 32);
  REQUIRE(first.body.is_string());
  std::string_view page = first.body.get_string();
  CHECK(page.find("<script nonce=\"" + nonce + "\">") != page.npos);
  CHECK(page.find("{{nonce}}") == page.npos);
  CHECK(page.find("innerHTML") == page.npos);
  CHECK(net::header(served.send({.url = "/"}).headers, "Content-Security-Policy") != policy);
}

TEST_CASE("a client finds a runtime and a node type to ask for") {
  Served served;
  auto versions = served.get("2.1/clusters/spark-versions").body.at("versions").get_array();
  bool has_default = false;
  for (const auto& version : versions)
    has_default = has_default || (string_or(version, "key", "").find("-scala2.12") != std::string::npos &&
                                  string_or(version, "name", "").find("LTS") != std::string::npos);
  CHECK(has_default);
  auto node = served.get("2.0/clusters/list-node-types").body.at("node_types").at(0);
  CHECK(node.at("num_cores").to_number<int>() >= 1);
  CHECK(node.at("node_instance_type").at("local_disks") == 1);
}
