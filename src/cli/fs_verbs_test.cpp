#include "cli/fs_verbs.h"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "cli/fs_place.h"
#include "cli/scripted_world.h"
#include "databricks/wire/base64.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

namespace {

Scripted nothing_there() {
  return refused(404, "RESOURCE_DOES_NOT_EXIST", "No file or directory exists on path.");
}

}  // namespace

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
