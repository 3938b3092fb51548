#include "cli/remote/libraries_verbs.h"

#include <doctest/doctest.h>

#include "cli/remote/scripted_world.h"
#include "databricks/client/libraries.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

namespace {

struct Libraries : World {
  Libraries() {
    workspace
        .on("/clusters/list",
            {ok({{"clusters", JsonArray{json{{"cluster_id", "c1"}, {"cluster_name", "etl"}}}}})})
        .on("/clusters/get", {ok({{"cluster_id", "c1"}, {"state", "RUNNING"}})})
        .on("/libraries/install", {ok(JsonObject{})})
        .on("/libraries/uninstall", {ok(JsonObject{})});
  }
  static Scripted statuses(std::string_view state, std::string_view message = "") {
    JsonObject ours{{"library", {{"pypi", {{"package", "polars"}}}}}, {"status", state}};
    if (!message.empty()) ours["messages"] = JsonArray{message};
    JsonObject other{{"library", {{"pypi", {{"package", "other"}}}}}, {"status", "FAILED"}};
    return ok({{"cluster_id", "c1"}, {"library_statuses", JsonArray{other, ours}}});
  }
};

}  // namespace

TEST_CASE("libraries are written as people write them") {
  using databricks::library_from;
  CHECK(library_from("pypi:polars==1.9") == json{{"pypi", {{"package", "polars==1.9"}}}});
  CHECK(library_from("maven:org.x:y:1.0") == json{{"maven", {{"coordinates", "org.x:y:1.0"}}}});
  CHECK(library_from("dbfs:/libs/a-1.0.whl") == json{{"whl", "dbfs:/libs/a-1.0.whl"}});
  CHECK(library_from("/Volumes/a/b/c/requirements.txt") ==
        json{{"requirements", "/Volumes/a/b/c/requirements.txt"}});
  CHECK(library_from("mavn:org.x:y:1.0").error().hint == "did you mean maven:…?");
  for (auto text : {"pypi:polars==1.9", "maven:org.x:y:1.0", "dbfs:/libs/a.jar"}) {
    CHECK(databricks::text_of_library(library_from(text).value()) == text);
  }
}

TEST_CASE("libraries install waits for those it asked for, and only for them") {
  Libraries world;
  world.workspace.on("/libraries/cluster-status",
                     {Libraries::statuses("PENDING"), Libraries::statuses("INSTALLED")});
  CHECK(world.run({"libraries", "install", "etl", "pypi:polars", "--wait"}) == Exit::ok);
  CHECK(world.sent("/libraries/install") ==
        json{{"cluster_id", "c1"}, {"libraries", JsonArray{json{{"pypi", {{"package", "polars"}}}}}}});
  CHECK(world.out == "INSTALLED              pypi:polars\n");
}

TEST_CASE("libraries install does not wait for a cluster that is down") {
  Libraries world;
  world.workspace.on("/libraries/cluster-status", {Libraries::statuses("PENDING")})
      .on("/clusters/get", {ok({{"cluster_id", "c1"}, {"state", "TERMINATED"}})});
  CHECK(world.run({"libraries", "install", "etl", "pypi:polars", "--wait"}) == Exit::run_failed);
  CHECK(world.err.contains("cluster c1 is TERMINATED"));
  CHECK(world.err.contains("weir clusters start c1"));
}

TEST_CASE("a library that cannot be installed fails the command with the reason") {
  Libraries world;
  world.workspace.on("/libraries/cluster-status", {Libraries::statuses("FAILED", "no such package")});
  CHECK(world.run({"libraries", "install", "etl", "pypi:polars", "--wait"}) == Exit::run_failed);
  CHECK(world.err.contains("pypi:polars could not be installed"));
  CHECK(world.err.contains("no such package"));
}

TEST_CASE("libraries refuse what is none before they speak to anybody") {
  Libraries world;
  CHECK(world.run({"libraries", "install", "etl", "polars"}) == Exit::usage);
  CHECK(world.run({"libraries", "uninstall", "etl"}) == Exit::usage);
  CHECK(world.workspace.seen("").empty());
}
