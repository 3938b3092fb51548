// The verbs that speak to a workspace (jobs, fs), run against one by script.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "cli/fs_place.h"
#include "cli/fs_verbs.h"
#include "cli/jobs_verbs.h"
#include "databricks/client/scripted_workspace.h"
#include "databricks/wire/base64.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::databricks::testing;

namespace {

json job(int id, std::string_view name) { return {{"job_id", id}, {"settings", {{"name", name}}}}; }

/// A folder of its own, a workspace of its own, and the command line in between.
struct World {
  ScriptedWorkspace workspace{};
  std::filesystem::path folder = make_folder();

  ~World() { std::filesystem::remove_all(folder); }
  static std::filesystem::path make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "weir-cli-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    return pattern;
  }

  std::string write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }

  Exit run(std::vector<std::string> words) {
    CommandLine line("weir", "test");
    auto connect = [this](const Terminal&) -> Result<databricks::Connection> {
      return databricks::Connection{"profile dev", workspace.host(), databricks::Credential("t")};
    };
    add_jobs_verbs(line.root(), connect);
    add_fs_verbs(line.root(), connect);
    words.insert(words.begin(), "weir");
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    Terminal terminal;
    return line.run(static_cast<int>(arguments.size()), arguments.data(), terminal);
  }

  json sent(const std::string& path) const { return parse_json(workspace.seen(path).at(0).body).value(); }
};

Scripted nothing_there() {
  return refused(404, "RESOURCE_DOES_NOT_EXIST", "No file or directory exists on path.");
}

}  // namespace

TEST_CASE("jobs create takes its settings from a file") {
  World world;
  world.workspace.on("/jobs/create", {ok({{"job_id", 7}})});
  auto file = world.write("job.json", R"({"name": "ingest"})");
  CHECK(world.run({"jobs", "create", "--json", "@" + file}) == Exit::ok);
  CHECK(world.sent("/jobs/create") == json{{"name", "ingest"}});
}

TEST_CASE("jobs create --if-not-exists leaves a job of that name alone") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(3, "Ingest"), job(7, "ingest")}}})});
  CHECK(world.run({"jobs", "create", "--if-not-exists", "--json", R"({"name": "ingest"})"}) == Exit::ok);
  CHECK(world.workspace.seen("/jobs/create").empty());
}

TEST_CASE("jobs create refuses broken settings before it speaks to anybody") {
  World world;
  auto broken = world.write("job.json", "{\"name\": }");
  CHECK(world.run({"jobs", "create", "--json", "@" + broken}) == Exit::usage);
  CHECK(world.run({"jobs", "create", "--json", "[]"}) == Exit::usage);
  CHECK(world.run({"jobs", "create", "--json", "@/no/such/file"}) == Exit::not_found);
  CHECK(world.run({"jobs", "create"}) == Exit::usage);
  CHECK(world.workspace.seen("").empty());
}

TEST_CASE("a job that does not exist is not found, an ambiguous name is wrong usage") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a"), job(2, "a")}}})});
  CHECK(world.run({"jobs", "get", "b"}) == Exit::not_found);
  CHECK(world.run({"jobs", "delete", "a"}) == Exit::usage);
  CHECK(world.workspace.seen("/jobs/delete").empty());
}

TEST_CASE("jobs run-now passes parameters the way the job takes them") {
  World world;
  json declaring = {{"job_id", 1},
                    {"settings", {{"name", "a"}, {"parameters", JsonArray{json{{"name", "day"}}}}}}};
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{declaring}}})})
      .on("/jobs/get", {ok(declaring)})
      .on("/jobs/run-now", {ok({{"run_id", 5}})});
  CHECK(world.run({"jobs", "run-now", "a", "-p", "day=monday=1"}) == Exit::ok);
  CHECK(world.sent("/jobs/run-now").at("job_parameters") == json{{"day", "monday=1"}});
  CHECK(find(world.sent("/jobs/run-now"), "idempotency_token") != nullptr);
}

TEST_CASE("jobs run-now --wait ends as the run ends") {
  World world;
  json failed = {{"run_id", 5}, {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", "FAILED"}}}};
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a")}}})})
      .on("/jobs/get", {ok(job(1, "a"))})
      .on("/jobs/run-now", {ok({{"run_id", 5}})})
      .on("/runs/get", {ok(failed)})
      .on("/runs/get-output", {ok({{"error", "ValueError: boom"}})});
  CHECK(world.run({"jobs", "run-now", "a", "--wait"}) == Exit::run_failed);
}

TEST_CASE("fs cp puts a file into a folder under its own name") {
  World world;
  world.workspace.on("/dbfs/get-status", {ok({{"path", "/jobs"}, {"is_dir", true}}), nothing_there()})
      .on("/dbfs/put", {ok(JsonObject{})});
  auto file = world.write("report.py", "print(1)");
  CHECK(world.run({"fs", "cp", file, "dbfs:/jobs"}) == Exit::ok);
  CHECK(world.sent("/dbfs/put").at("path") == "/jobs/report.py");
}

TEST_CASE("fs cp replaces nothing unless told to") {
  World world;
  world.workspace.on("/dbfs/get-status", {ok({{"path", "/a.py"}, {"is_dir", false}})})
      .on("/dbfs/put", {ok(JsonObject{})});
  auto file = world.write("a.py", "print(1)");
  CHECK(world.run({"fs", "cp", file, "dbfs:/a.py"}) != Exit::ok);
  CHECK(world.workspace.seen("/dbfs/put").empty());
  CHECK(world.run({"fs", "cp", "--overwrite", file, "dbfs:/a.py"}) == Exit::ok);
  CHECK(world.workspace.seen("/dbfs/put").size() == 1);
}

TEST_CASE("fs cp turns a notebook file into a notebook without extension") {
  World world;
  world.workspace.on("/workspace/get-status", {nothing_there()})
      .on("/workspace/mkdirs", {ok(JsonObject{})})
      .on("/workspace/import", {ok(JsonObject{})});
  auto notebook = world.write("report.py", "# Databricks notebook source\nprint(1)\n");
  CHECK(world.run({"fs", "cp", notebook, "workspace:/Shared/report.py"}) == Exit::ok);
  CHECK(world.sent("/workspace/import").at("path") == "/Shared/report");
  CHECK(world.sent("/workspace/import").at("language") == "PYTHON");
}

TEST_CASE("fs cp -r copies what is in a folder, both ways") {
  World world;
  world.workspace.on("/dbfs/get-status", {nothing_there()}).on("/dbfs/put", {ok(JsonObject{})});
  world.write("tree/a.txt", "a");
  world.write("tree/below/b.txt", "b");
  auto tree = (world.folder / "tree").string();
  CHECK(world.run({"fs", "cp", tree, "dbfs:/t"}) == Exit::usage);
  CHECK(world.run({"fs", "cp", "-r", tree, "dbfs:/t"}) == Exit::ok);
  auto puts = world.workspace.seen("/dbfs/put");
  REQUIRE(puts.size() == 2);
  CHECK(parse_json(puts[1].body)->at("path") == "/t/below/b.txt");

  json remote = {{"path", "/t/a.txt"}, {"is_dir", false}, {"file_size", 1}};
  world.workspace.on("/dbfs/get-status", {ok({{"path", "/t"}, {"is_dir", true}})})
      .on("/dbfs/list", {ok({{"files", JsonArray{remote}}})})
      .on("/dbfs/read", {ok({{"bytes_read", 1}, {"data", databricks::encode_base64("a")}}),
                         ok({{"bytes_read", 0}, {"data", ""}})});
  CHECK(world.run({"fs", "cp", "-r", "dbfs:/t", (world.folder / "back").string()}) == Exit::ok);
  std::ostringstream text;
  text << std::ifstream(world.folder / "back" / "a.txt").rdbuf();
  CHECK(text.str() == "a");
}

TEST_CASE("what is missing is not found, wherever it is") {
  World world;
  world.workspace.on("/dbfs/get-status", {nothing_there()})
      .on("/dbfs/list", {ok({{"files", JsonArray{json{{"path", "/data"}, {"is_dir", true}}}}})});
  CHECK(world.run({"fs", "cp", (world.folder / "none").string(), "dbfs:/a"}) == Exit::not_found);
  CHECK(world.run({"fs", "cat", "dbfs:/dta"}) == Exit::not_found);
  CHECK(world.run({"fs", "rm", "-r", "dbfs:/dta"}) == Exit::not_found);
  CHECK(world.workspace.seen("/dbfs/delete").empty());
}

TEST_CASE("fs rm removes a folder that is not empty only when told to") {
  World world;
  world.workspace.on("/dbfs/get-status", {ok({{"path", "/t"}, {"is_dir", true}})})
      .on("/dbfs/list", {ok({{"files", JsonArray{json{{"path", "/t/a"}, {"is_dir", false}}}}})})
      .on("/dbfs/delete", {ok(JsonObject{})});
  CHECK(world.run({"fs", "rm", "dbfs:/t"}) != Exit::ok);
  CHECK(world.workspace.seen("/dbfs/delete").empty());
  CHECK(world.run({"fs", "rm", "-r", "dbfs:/t"}) == Exit::ok);
  CHECK(world.sent("/dbfs/delete") == json{{"path", "/t"}, {"recursive", true}});
}

TEST_CASE("places are read as people write them") {
  CHECK(parse_place("dbfs:/a//b/")->text() == "dbfs:/a/b");
  CHECK(parse_place("dbfs:/a/")->as_folder);
  CHECK(parse_place("dbfs:/")->text() == "dbfs:/");
  CHECK(parse_place("workspace:/Users/me@x.com/r")->name() == "r");
  CHECK(parse_place("./a:b")->kind == Place::Kind::local);
  CHECK(parse_place("dbfs:/a")->inside("b").text() == "dbfs:/a/b");
  CHECK(parse_place("dbfs:/")->inside("b").text() == "dbfs:/b");
  CHECK(parse_place("dbfs:/a/b")->parent().text() == "dbfs:/a");
  CHECK(parse_place("dbfs:a").error().hint == "write dbfs:/a");
  CHECK(parse_place("dbsf:/a").error().hint == "did you mean dbfs:/…?");
  CHECK_FALSE(parse_place("s3://bucket/a"));
  CHECK_FALSE(parse_place(""));
}
