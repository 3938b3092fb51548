#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "databricks/executor/operation_world.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

constexpr auto missing = "RESOURCE_DOES_NOT_EXIST";

struct FileWorld : OperationWorld {
  FileWorld() {
    workspace.on("/dbfs/put", {ok(JsonObject{})})
        .on("/dbfs/create", {ok({{"handle", 7}})})
        .on("/dbfs/add-block", {ok(JsonObject{})})
        .on("/dbfs/close", {ok(JsonObject{})})
        .on("/dbfs/delete", {ok(JsonObject{})})
        .on("/workspace/mkdirs", {ok(JsonObject{})})
        .on("/workspace/import", {ok(JsonObject{})});
  }
};

}  // namespace

TEST_CASE("a small file is put at once, whatever happens to the answer") {
  FileWorld world;
  world.workspace.on("/dbfs/put", {lost(), ok(JsonObject{})});
  auto end = world.does("databricks.put_file", {{"path", "dbfs:/a.txt"}, {"content", "hello"}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value == json{{"path", "/a.txt"}, {"size_bytes", 5}});
  CHECK(world.sent("/dbfs/put", 1) ==
        json{{"path", "/a.txt"}, {"contents", encode_base64("hello")}, {"overwrite", true}});
}

TEST_CASE("a large file goes block by block, and anew when a block's fate is not known") {
  FileWorld world;
  Scratch scratch;
  std::string large(dbfs_block_bytes_max + 3, 'x');
  std::ofstream(scratch.path() / "large.bin") << large;
  world.workspace.on("/dbfs/add-block", {ok(JsonObject{}), lost(), ok(JsonObject{})});
  auto end = world.does("databricks.put_file",
                        {{"path", "dbfs:/b.bin"}, {"local", (scratch.path() / "large.bin").string()}});
  REQUIRE(end.how == "succeeded");
  CHECK(world.workspace.seen("/dbfs/create").size() == 2);
  CHECK(world.workspace.seen("/dbfs/add-block").size() == 4);
  CHECK(world.workspace.seen("/dbfs/close").size() == 1);
}

TEST_CASE("a file that must not be overwritten is a conflict") {
  FileWorld world;
  world.workspace.on("/dbfs/get-status", {ok({{"path", "/a.txt"}, {"file_size", 5}})});
  auto end =
      world.does("databricks.put_file", {{"path", "dbfs:/a.txt"}, {"content", "x"}, {"overwrite", false}});
  CHECK(end.failure.message == "/a.txt is there already");
  CHECK(world.workspace.seen("/dbfs/put").empty());
}

TEST_CASE("a file that is not there, or nowhere, is told before anything is sent") {
  FileWorld world;
  CHECK(
      world.does("databricks.put_file", {{"path", "dbfs:/a"}, {"local", "/no/such/file"}}).failure.message ==
      "there is no file /no/such/file");
  FileWorld other;
  auto end = other.does("databricks.put_file", {{"path", "/tmp/a"}, {"content", "x"}});
  CHECK(end.failure.message == "/path: '/tmp/a' is in no place that has files");
}

TEST_CASE("a file of a volume comes back as text, or is written to a file") {
  FileWorld world;
  world.workspace.on("/a.csv", {{.body = "a,b\n"}});
  auto end = world.does("databricks.get_file", "/Volumes/main/raw/x/a.csv");
  CHECK(end.value.at("content") == "a,b\n");
  FileWorld other;
  Scratch scratch;
  other.workspace.on("/a.bin", {{.body = std::string("\x00\xff", 2)}});
  auto local = (scratch.path() / "deep/a.bin").string();
  CHECK(other.does("databricks.get_file", {{"path", "/Volumes/a.bin"}, {"local", local}}).how == "succeeded");
  CHECK(std::filesystem::file_size(local) == 2);
}

TEST_CASE("a file of a volume is read part by part, and one that is too large is no trouble that may pass") {
  const std::string part(4 * 1024 * 1024, 'x');
  Scratch scratch;
  auto local = (scratch.path() / "a.bin").string();
  FileWorld whole;
  whole.workspace.on("/a.bin",
                     {{.status = 206, .body = part}, refused(416, "INVALID_RANGE", "no such range")});
  CHECK(whole.does("databricks.get_file", {{"path", "/Volumes/a.bin"}, {"local", local}}).how == "succeeded");
  CHECK(std::filesystem::file_size(local) == part.size());
  CHECK(whole.workspace.seen("/a.bin").at(1).headers.contains("Range: bytes=4194304-8388607"));

  FileWorld large;
  std::deque<Scripted> parts(16, Scripted{.status = 206, .body = part});
  parts.push_back({.status = 206, .body = "x"});
  large.workspace.on("/a.bin", std::move(parts));
  auto end = large.does("databricks.get_file", {{"path", "/Volumes/a.bin"}, {"local", local}});
  CHECK(end.failure.message == "/Volumes/a.bin has more than 67108864 bytes");
  CHECK_FALSE(end.failure.retryable);
  CHECK(large.workspace.seen("/a.bin").back().headers.contains("Range: bytes=67108864-67108864"));
}

TEST_CASE("bytes that are no text are not made a result") {
  FileWorld world;
  world.workspace.on("/a.bin", {{.body = "\xff"}});
  CHECK(world.does("databricks.get_file", "/Volumes/a.bin").failure.message == "/Volumes/a.bin is not text");
}

TEST_CASE("what is gone already is deleted") {
  FileWorld world;
  world.workspace.on("/a.csv", {refused(404, missing, "no such file")});
  CHECK(world.does("databricks.delete_file", "/Volumes/a.csv").how == "succeeded");
}

TEST_CASE("a notebook is imported in the language its name tells") {
  FileWorld world;
  Scratch scratch;
  std::ofstream(scratch.path() / "report.sql") << "-- Databricks notebook source\nselect 1";
  auto end = world.does("databricks.import_notebook",
                        {{"path", "/Shared/report"}, {"local", (scratch.path() / "report.sql").string()}});
  REQUIRE(end.how == "succeeded");
  auto sent = world.sent("/workspace/import");
  CHECK(sent.at("language") == "SQL");
  CHECK(sent.at("format") == "SOURCE");
  CHECK(sent.at("path") == "/Shared/report");
  CHECK(world.sent("/workspace/mkdirs") == json{{"path", "/Shared"}});
}

TEST_CASE("a file is waited for in all three places") {
  for (auto path : {"dbfs:/in/a.csv", "/Volumes/in/a.csv", "/Workspace/in/a.csv"}) {
    FileWorld world;
    auto not_yet = refused(404, missing, "no such file");
    world.workspace.on("/get-status", {not_yet, ok({{"path", "/in/a.csv"}, {"file_size", 5}})})
        .on("/in/a.csv", {not_yet, not_yet, {.status = 200, .body = ""}});
    CHECK(world.does("databricks.wait_file", {{"path", path}, {"every", "1ms"}}).how == "succeeded");
    CHECK(world.reports.logged("is not there yet"));
  }
}

TEST_CASE("the value of a secret comes from the environment and is written down nowhere") {
  setenv("WEIR_TEST_SECRET", "s3cret-canary", 1);
  OperationWorld world;
  world.workspace.on("/secrets/put", {lost(), ok(JsonObject{})});
  auto attempt =
      World::attempt("databricks.put_secret",
                     {{"scope", "etl"}, {"key", "token"}, {"value", {{"env", "WEIR_TEST_SECRET"}}}});
  world.reports.hold_intents();
  world.executor->start(attempt, world.reports);
  CHECK_FALSE(to_text(world.reports.wait_for_intent()).contains("canary"));
  world.reports.release_intents();
  auto end = world.reports.wait_for_end();
  CHECK(end.value == json{{"scope", "etl"}, {"key", "token"}});
  CHECK(world.sent("/secrets/put", 1).at("string_value") == "s3cret-canary");
  for (const auto& line : world.reports.lines()) CHECK_FALSE(line.text.contains("canary"));
}

TEST_CASE("a secret cannot be given as it is") {
  OperationWorld world;
  auto end = world.does("databricks.put_secret", {{"scope", "etl"}, {"key", "token"}, {"value", "s3cret"}});
  CHECK(end.how == "failed");
  CHECK_FALSE(end.failure.message.contains("s3cret"));
  OperationWorld unset;
  end = unset.does("databricks.put_secret",
                   {{"scope", "etl"}, {"key", "token"}, {"value", {{"env", "WEIR_NO_SUCH"}}}});
  CHECK(end.failure.message == "/value/env: the environment variable WEIR_NO_SUCH is not set");
}

TEST_CASE("a scope that is there need not be created") {
  OperationWorld world;
  world.workspace.on("/scopes/create", {refused(400, "RESOURCE_ALREADY_EXISTS", "Scope etl already exists")});
  CHECK(world.does("databricks.create_scope", "etl").how == "succeeded");
}
