#include "cli/remote/fs_verbs.h"

#include <deque>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "cli/remote/fs_place.h"
#include "cli/remote/scripted_world.h"
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

TEST_CASE("fs cp keeps a Jupyter notebook one, down, up and across") {
  constexpr std::string_view text = R"({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})";
  auto there = ok({{"path", "/Shared/nb"}, {"object_type", "NOTEBOOK"}, {"language", "PYTHON"}});
  auto served = [&](World& world, std::deque<Scripted> looks) {
    world.workspace.on("/workspace/get-status", std::move(looks))
        .on("/workspace/export", {ok({{"content", databricks::encode_base64(text)}, {"file_type", "ipynb"}})})
        .on("/workspace/mkdirs", {ok(JsonObject{})})
        .on("/workspace/import", {ok(JsonObject{})});
  };
  World down;
  served(down, {there});
  CHECK(down.run({"fs", "cp", "workspace:/Shared/nb", down.folder.string()}) == Exit::ok);
  std::ostringstream copied;
  copied << std::ifstream(down.folder / "nb.ipynb").rdbuf();
  CHECK(copied.str() == text);
  for (auto target : {"workspace:/Shared/nb", "workspace:/Shared/nb.ipynb"}) {
    World up;
    served(up, {nothing_there()});
    CHECK(up.run({"fs", "cp", up.write("nb.ipynb", text), target}) == Exit::ok);
    CHECK(up.sent("/workspace/import").at("format") == "JUPYTER");
    CHECK(up.sent("/workspace/import").at("path") == "/Shared/nb");
  }
  World across;
  served(across, {there, nothing_there()});
  CHECK(across.run({"fs", "cp", "workspace:/Shared/nb", "workspace:/Shared/copy"}) == Exit::ok);
  CHECK(across.sent("/workspace/import").at("format") == "JUPYTER");
  CHECK(across.sent("/workspace/import").at("path") == "/Shared/copy");
}

TEST_CASE("fs cp refuses files that would become one and the same, before it copies any") {
  World world;
  world.workspace.on("/workspace/get-status", {nothing_there()});
  world.write("tree/report.ipynb", "{}");
  world.write("tree/report.py", "# Databricks notebook source\n");
  CHECK(world.run({"fs", "cp", "-r", (world.folder / "tree").string(), "workspace:/x"}) != Exit::ok);
  CHECK(world.err.contains("report.ipynb and"));
  CHECK(world.err.contains("would both become workspace:/x/report"));
  CHECK(world.workspace.seen("/workspace/import").empty());
}

TEST_CASE("fs cp takes nothing into the workspace that can be read only once") {
  World world;
  world.workspace.on("/workspace/get-status", {nothing_there()});
  auto pipe = (world.folder / "pipe").string();
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(world.run({"fs", "cp", pipe, "workspace:/x"}) == Exit::usage);
  CHECK(world.err.contains("is no regular file"));
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

TEST_CASE("fs cp sends a file to a volume as plain bytes, and makes the folders above it") {
  World world;
  world.workspace.on("/fs/directories/Volumes/c/s/v/new/a%20b.bin", {nothing_there()})
      .on("/fs/directories/Volumes/c/s/v/new", {nothing_there(), nothing_there(), ok(JsonObject{})})
      .on("/fs/files/Volumes/c/s/v/new/a%20b.bin", {{.status = 204, .body = ""}});
  std::string contents(3 * 1024 * 1024, 'x');
  auto file = world.write("a b.bin", contents);
  CHECK(world.run({"fs", "cp", file, "dbfs:/Volumes/c/s/v/new/a b.bin"}) == Exit::ok);
  auto put = world.workspace.seen("/fs/files/Volumes/c/s/v/new/a%20b.bin").at(0);
  CHECK(put.method == "PUT");
  CHECK(put.target.ends_with("?overwrite=true"));
  CHECK(put.headers.contains("Content-Type: application/octet-stream"));
  CHECK(put.body == contents);
}

TEST_CASE("fs cp reads a file of a volume part by part") {
  World world;
  std::string contents(4 * 1024 * 1024 + 5, 'y');
  json entry = {{"path", "/Volumes/c/s/v/a.bin"}, {"is_directory", false}, {"file_size", contents.size()}};
  world.workspace.on("/fs/directories/Volumes/c/s/v/a.bin", {nothing_there()})
      .on("/fs/directories/Volumes/c/s/v", {ok({{"contents", JsonArray{entry}}})})
      .on("/fs/files/Volumes/c/s/v/a.bin", {{.status = 206, .body = contents.substr(0, 4 * 1024 * 1024)},
                                            {.status = 206, .body = contents.substr(4 * 1024 * 1024)}});
  auto target = (world.folder / "copy.bin").string();
  CHECK(world.run({"fs", "cp", "dbfs:/Volumes/c/s/v/a.bin", target}) == Exit::ok);
  std::ostringstream copied;
  copied << std::ifstream(target, std::ios::binary).rdbuf();
  CHECK(copied.str() == contents);
  auto parts = world.workspace.seen("/fs/files/Volumes/c/s/v/a.bin");
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].headers.contains("Range: bytes=0-4194303"));
  CHECK(parts[1].headers.contains("Range: bytes=4194304-4194308"));
}

TEST_CASE("a volume's folder is removed from the inside out") {
  World world;
  json inside = {{"path", "/Volumes/c/s/v/old/a"}, {"is_directory", false}, {"file_size", 1}};
  world.workspace.on("/fs/directories/Volumes/c/s/v/old", {ok({{"contents", JsonArray{inside}}})})
      .on("/fs/directories/Volumes/c/s/v/old/a", {nothing_there()})
      .on("/fs/files/Volumes/c/s/v/old/a", {{.status = 204, .body = ""}});
  CHECK(world.run({"fs", "rm", "-r", "dbfs:/Volumes/c/s/v/old"}) == Exit::ok);
  CHECK(world.workspace.seen("/fs/files/Volumes/c/s/v/old/a").at(0).method == "DELETE");
  CHECK(world.workspace.seen("/fs/directories/Volumes/c/s/v/old").back().method == "DELETE");
}
