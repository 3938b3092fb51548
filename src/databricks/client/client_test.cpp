#include <doctest/doctest.h>

#include "databricks/client/dbfs.h"
#include "databricks/client/jobs.h"
#include "databricks/client/scripted_workspace.h"
#include "databricks/client/workspace_files.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

/// A client that never sleeps but remembers for how long it would have.
struct World {
  ScriptedWorkspace workspace{};
  std::vector<Duration> waits{};
  PatientClient client{Connection{"profile dev", workspace.host(), Credential("dapi-canary")},
                       Patience{.wait = [this](Duration delay) { waits.push_back(delay); }}};

  Result<json> ask() { return client.call({.path = "/api/2.2/jobs/get", .repeatable = true}); }
};

}  // namespace

TEST_CASE("a call carries the token, says who is asking and encodes its query") {
  World world;
  world.workspace.on("/list", {ok({{"jobs", JsonArray{}}})});
  CHECK(Jobs(world.client).list("a b&c"));
  auto seen = world.workspace.seen("/api/2.2/jobs/list");
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].target.contains("name=a%20b%26c"));
  CHECK(seen[0].headers.contains("Authorization: Bearer dapi-canary"));
  CHECK(seen[0].headers.contains("User-Agent: weir/"));
}

TEST_CASE("errors of the service become errors a person can act on") {
  World world;
  auto code_of = [&](Scripted answer) {
    world.workspace.on("/get", {std::move(answer)});
    auto answered = world.ask();
    REQUIRE_FALSE(answered);
    CHECK_FALSE(to_text(answered.error()).contains("dapi-canary"));
    return answered.error().code;
  };
  CHECK(code_of(refused(401, "UNAUTHENTICATED", "bad token dapi-canary")) == Code::unauthenticated);
  CHECK(code_of(refused(403, "PERMISSION_DENIED", "not yours")) == Code::unauthenticated);
  CHECK(code_of(refused(404, "RESOURCE_DOES_NOT_EXIST", "Job 7 does not exist.")) == Code::not_found);
  CHECK(code_of(refused(400, "INVALID_PARAMETER_VALUE", "Job 7 does not exist.")) == Code::not_found);
  CHECK(code_of(refused(400, "INVALID_PARAMETER_VALUE", "no")) == Code::invalid);
  CHECK(code_of(refused(400, "RESOURCE_ALREADY_EXISTS", "there")) == Code::conflict);
  CHECK(code_of(refused(503, "TEMPORARILY_UNAVAILABLE", "later")) == Code::unavailable);
  CHECK(code_of({.status = 200, .body = R"({"job_id": 1)"}) == Code::unavailable);
  CHECK(code_of({.status = 200, .body = "<html>sign in</html>"}) == Code::invalid);
  CHECK(code_of({.status = 302, .headers = "Location: https://elsewhere.example.com\r\n"}) == Code::invalid);
  CHECK(code_of(lost()) == Code::unavailable);
}

TEST_CASE("an empty success is an empty object") {
  World world;
  world.workspace.on("/get", {{.body = ""}});
  CHECK(world.ask().value() == json(JsonObject{}));
}

TEST_CASE("a busy service is asked again, no sooner than it wants") {
  World world;
  Scripted busy = refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
  busy.headers = "Retry-After: 2\r\n";
  world.workspace.on("/get", {busy, lost(), ok({{"job_id", 1}})});
  CHECK(world.ask());
  CHECK(world.waits == std::vector<Duration>{std::chrono::seconds(2), std::chrono::milliseconds(500)});
}

TEST_CASE("patience ends") {
  World world;
  world.workspace.on("/get", {refused(503, "TEMPORARILY_UNAVAILABLE", "later")});
  CHECK(world.ask().error().code == Code::unavailable);
  Duration waited{0};
  for (auto wait : world.waits) waited += wait;
  CHECK(waited <= std::chrono::seconds(30));
  CHECK(waited >= std::chrono::seconds(20));
}

TEST_CASE("what must not happen twice is not sent twice") {
  World world;
  world.workspace.on("/create", {lost(), ok({{"job_id", 1}})});
  CHECK_FALSE(Jobs(world.client).create({{"name", "a"}}));
  CHECK(world.workspace.seen("/create").size() == 1);
  world.workspace.on("/run-now", {lost(), ok({{"run_id", 5}})});
  CHECK(Jobs(world.client).run_now({{"job_id", 1}, {"idempotency_token", "t"}}) == 5);
  CHECK(world.workspace.seen("/run-now").size() == 2);
}

TEST_CASE("lists and large objects are put together from their pages") {
  World world;
  auto job = [](int id, std::string_view name) {
    return json{{"job_id", id}, {"settings", {{"name", name}}}};
  };
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a")}}, {"next_page_token", "p2"}}),
                                    ok({{"jobs", JsonArray{job(2, "b")}}})});
  CHECK(Jobs(world.client).list()->size() == 2);
  auto tasks = [](std::string_view key) { return JsonArray{json{{"task_key", key}}}; };
  world.workspace.on("/jobs/get",
                     {ok({{"job_id", 1}, {"settings", {{"tasks", tasks("x")}}}, {"next_page_token", "p2"}}),
                      ok({{"job_id", 1}, {"settings", {{"tasks", tasks("y")}}}})});
  auto whole = Jobs(world.client).get(1).value();
  CHECK(whole.at("settings").at("tasks").as_array().size() == 2);
  CHECK(find(whole, "next_page_token") == nullptr);
}

TEST_CASE("a job is found by id or by name, and a near miss is named") {
  World world;
  auto job = [](int id, std::string_view name) {
    return json{{"job_id", id}, {"settings", {{"name", name}}}};
  };
  world.workspace.on("/jobs/list",
                     {ok({{"jobs", JsonArray{job(1, "ingest"), job(2, "twin"), job(3, "twin")}}})});
  world.workspace.on("/jobs/get", {refused(400, "INVALID_PARAMETER_VALUE", "Job 9 does not exist.")});
  Jobs jobs(world.client);
  CHECK(jobs.find("ingest") == 1);
  CHECK(jobs.find("ingset").error().hint == "did you mean 'ingest'?");
  CHECK(jobs.find("twin").error().hint == "give the id instead: 2, 3");
  CHECK(jobs.find("9").error().code == Code::not_found);
  world.workspace.on("/jobs/get", {ok(job(9, "x"))});
  CHECK(jobs.find("9") == 9);
}

TEST_CASE("a small file is put at once, a large one block by block") {
  World world;
  world.workspace.on("/dbfs/put", {ok(JsonObject{})})
      .on("/dbfs/create", {ok({{"handle", 7}})})
      .on("/dbfs/add-block", {ok(JsonObject{})})
      .on("/dbfs/close", {ok(JsonObject{})});
  auto source_of = [](std::string& rest) {
    return [&rest](std::size_t bytes_max) -> Result<std::string> {
      auto block = rest.substr(0, bytes_max);
      rest.erase(0, bytes_max);
      return block;
    };
  };
  Dbfs dbfs(world.client);
  std::string small = "hello";
  REQUIRE(dbfs.write("dbfs:/a.txt", source_of(small), true));
  auto put = parse_json(world.workspace.seen("/dbfs/put").at(0).body).value();
  CHECK(put == json{{"path", "/a.txt"}, {"contents", encode_base64("hello")}, {"overwrite", true}});
  std::string large(dbfs_block_bytes_max + 3, 'x');
  REQUIRE(dbfs.write("/b.bin", source_of(large), true));
  auto blocks = world.workspace.seen("/dbfs/add-block");
  REQUIRE(blocks.size() == 2);
  CHECK(decode_base64(parse_json(blocks[1].body)->at("data").as_string()) == "xxx");
  CHECK(world.workspace.seen("/dbfs/close").size() == 1);
}

TEST_CASE("a file is read in pieces no larger than the API allows") {
  World world;
  world.workspace.on("/dbfs/read", {ok({{"bytes_read", 3}, {"data", encode_base64("abc")}})});
  CHECK(Dbfs(world.client).read("dbfs:/a", 7, 1UL << 30) == "abc");
  auto target = world.workspace.seen("/dbfs/read").at(0).target;
  CHECK(target.contains("path=%2Fa"));
  CHECK(target.contains("offset=7"));
  CHECK(target.contains("length=1048576"));
}

TEST_CASE("notebooks are known by their first line") {
  CHECK(notebook_language("a.py", "# Databricks notebook source\nprint(1)") == "PYTHON");
  CHECK(notebook_language("a.sql", "-- Databricks notebook source\r\nselect 1") == "SQL");
  CHECK(notebook_language("/Shared/v1.0/a", "# Databricks notebook source\nprint(1)") == "PYTHON");
  CHECK(notebook_language("a.py", "print(1)").empty());
  CHECK(notebook_language("a.txt", "# Databricks notebook source").empty());
}

TEST_CASE("a notebook is imported as source and comes back as text") {
  World world;
  world.workspace.on("/workspace/import", {ok(JsonObject{})})
      .on("/workspace/export", {ok({{"content", encode_base64("print(1)")}, {"file_type", "py"}})});
  WorkspaceFiles files(world.client);
  REQUIRE(files.import_notebook("/Shared/a", "print(1)", "PYTHON", false));
  auto sent = parse_json(world.workspace.seen("/workspace/import").at(0).body).value();
  CHECK(sent.at("format") == "SOURCE");
  CHECK(sent.at("language") == "PYTHON");
  CHECK(files.export_content("/Shared/a") == "print(1)");
  CHECK(files.import_file("/Shared/b", std::string(notebook_bytes_max + 1, 'x'), true).error().code ==
        Code::invalid);
}
