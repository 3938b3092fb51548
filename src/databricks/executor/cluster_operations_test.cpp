#include <doctest/doctest.h>

#include "databricks/executor/operation_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

const json specification = {
    {"cluster_name", "etl"}, {"spark_version", "15.4.x-scala2.12"}, {"num_workers", 0}};

Scripted clusters_are(JsonArray clusters) { return ok({{"clusters", std::move(clusters)}}); }

json ours() { return cluster("PENDING", {{"custom_tags", {{"weir_attempt", World::submit().token}}}}); }

struct ClusterWorld : OperationWorld {
  ClusterWorld() {
    workspace.on("/clusters/create", {ok({{"cluster_id", "0101-1"}})})
        .on("/clusters/get", {cluster_is("PENDING"), cluster_is("RUNNING")})
        .on("/clusters/list", {clusters_are({})})
        .on("/clusters/start", {ok(JsonObject{})})
        .on("/clusters/restart", {ok(JsonObject{})})
        .on("/clusters/resize", {ok(JsonObject{})})
        .on("/clusters/delete", {ok(JsonObject{})})
        .on("/libraries/install", {ok(JsonObject{})});
  }
};

}  // namespace

TEST_CASE("a cluster is created with our mark and waited for") {
  ClusterWorld world;
  auto end = world.does("databricks.create_cluster", specification);
  REQUIRE(end.how == "succeeded");
  CHECK(end.value == json{{"cluster_id", "0101-1"}, {"cluster_name", "etl"}, {"state", "RUNNING"}});
  auto body = world.sent("/clusters/create");
  CHECK(find_string(body.at("custom_tags"), "weir_attempt") == World::submit().token);
  CHECK(body.at("num_workers") == 0);
  CHECK(world.reports.remote().at("cluster_id") == "0101-1");
}

TEST_CASE(
    "a token that expires while a cluster is waited for is waited out, whatever number the refusal has") {
  for (int status : {401, 403}) {
    ClusterWorld world;
    world.workspace.on("/clusters/get",
                       {cluster_is("PENDING"), refused(status, "PERMISSION_DENIED", "Invalid access token."),
                        cluster_is("RUNNING")});
    CHECK(world.does("databricks.create_cluster", specification).how == "succeeded");
    CHECK(world.reports.logged("refused the token"));
  }
}

TEST_CASE("a cluster need not be waited for") {
  ClusterWorld world;
  json inputs = specification;
  inputs.get_object()["wait"] = false;
  CHECK(world.does("databricks.create_cluster", inputs).value.at("state") == "PENDING");
  CHECK(world.workspace.seen("/clusters/get").empty());
  CHECK(find(world.sent("/clusters/create"), "wait") == nullptr);
}

TEST_CASE("a creation whose answer was lost is found by its mark, and no second cluster is made") {
  ClusterWorld world;
  world.workspace.on("/clusters/create", {lost()})
      .on("/clusters/list", {clusters_are({}), clusters_are({ours()})});
  CHECK(world.does("databricks.create_cluster", specification).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/create").size() == 1);
  CHECK(world.reports.logged("cluster 0101-1 is the one of this attempt"));
}

TEST_CASE("a creation that left no trace for a while is ordered again, and says so") {
  ClusterWorld world;
  world.workspace.on("/clusters/create",
                     {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), ok({{"cluster_id", "0101-1"}})});
  CHECK(world.does("databricks.create_cluster", specification).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/create").size() == 2);
  CHECK(world.workspace.seen("/clusters/list").size() == 4);
  CHECK(world.reports.logged("no cluster carries the mark of this attempt"));
}

TEST_CASE("a creation that was not taken because of the rate is sent again without a search") {
  ClusterWorld world;
  world.workspace.on("/clusters/create",
                     {refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down"), ok({{"cluster_id", "0101-1"}})});
  CHECK(world.does("databricks.create_cluster", specification).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/list").empty());
}

TEST_CASE(
    "after a crash the cluster of the attempt is found by its mark, or waited for when it was attached") {
  ClusterWorld world;
  world.workspace.on("/clusters/list", {clusters_are({cluster("RUNNING"), ours()})});
  json plan = {{"body", specification}, {"wait", true}};
  CHECK(world.run(world.crashed("databricks.create_cluster", specification, plan)).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/create").empty());
  ClusterWorld attached;
  auto again = attached.crashed("databricks.create_cluster", specification, plan, {{"cluster_id", "0101-1"}});
  CHECK(attached.run(again).how == "succeeded");
  CHECK(attached.workspace.seen("/clusters/list").empty());
  CHECK(attached.workspace.seen("/clusters/create").empty());
}

TEST_CASE(
    "after a crash a creation that has lost its inputs is seen to its end, and cancelled like any other") {
  ClusterWorld world;
  json plan = {{"body", specification}, {"wait", true}};
  auto taken_up = world.crashed("databricks.create_cluster", specification, plan, {{"cluster_id", "0101-1"}});
  taken_up.inputs = nullptr;
  SUBCASE("to its end") { CHECK(world.run(taken_up).how == "succeeded"); }
  SUBCASE("cancelled") {
    world.workspace.on("/clusters/get", {cluster_is("PENDING")});
    world.executor->start(taken_up, world.reports);
    world.reports.wait_for_log("is PENDING");
    world.executor->cancel(taken_up.id);
    world.reports.wait_until([&] { return !world.workspace.seen("/clusters/delete").empty(); });
    world.workspace.on("/clusters/get", {cluster_is("TERMINATED")});
    CHECK(world.reports.wait_for_end().how == "cancelled");
  }
}

TEST_CASE("a cluster that ends while it is waited for fails with its reason") {
  ClusterWorld world;
  json reason = {{"code", "INVALID_SPARK_IMAGE"}, {"type", "CLIENT_ERROR"}};
  world.workspace.on("/clusters/get",
                     {cluster_is("PENDING"), cluster_is("TERMINATED", {{"termination_reason", reason}})});
  auto end = world.does("databricks.create_cluster", specification);
  CHECK(end.failure.message == "cluster etl (0101-1) is TERMINATED (INVALID_SPARK_IMAGE)");
  CHECK_FALSE(end.failure.retryable);
}

TEST_CASE("a cluster whose creation is cancelled is terminated, and the end is seen") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("PENDING")});
  auto attempt = World::attempt("databricks.create_cluster", specification);
  world.executor->start(attempt, world.reports);
  world.reports.wait_for_log("is PENDING");
  world.executor->cancel(attempt.id);
  world.reports.wait_until([&] { return !world.workspace.seen("/clusters/delete").empty(); });
  CHECK_FALSE(world.reports.has_ended());
  world.workspace.on("/clusters/get", {cluster_is("TERMINATING"), cluster_is("TERMINATED")});
  CHECK(world.reports.wait_for_end().how == "cancelled");
}

TEST_CASE("a cluster is found by a name that only one living cluster has") {
  ClusterWorld world;
  world.workspace
      .on("/clusters/list",
          {clusters_are({cluster("TERMINATED", {{"cluster_id", "old"}}), cluster("RUNNING")})})
      .on("/clusters/get", {cluster_is("RUNNING"), cluster_is("RUNNING"), cluster_is("TERMINATED")});
  auto end = world.does("databricks.terminate_cluster", "etl");
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("state") == "TERMINATED");
  CHECK(world.sent("/clusters/delete") == json{{"cluster_id", "0101-1"}});
}

TEST_CASE("a name that several clusters share, or none has, is refused") {
  ClusterWorld world;
  world.workspace.on("/clusters/list",
                     {clusters_are({cluster("RUNNING", {{"cluster_id", "a"}}), cluster("RUNNING")})});
  CHECK(world.does("databricks.terminate_cluster", "etl").failure.detail.at("hint") ==
        "give cluster_id instead: a, 0101-1");
  ClusterWorld none;
  none.workspace.on("/clusters/list", {clusters_are({cluster("RUNNING", {{"cluster_name", "reports"}})})});
  CHECK(none.does("databricks.terminate_cluster", "report").failure.detail.at("hint") ==
        "did you mean 'reports'?");
}

TEST_CASE("what create_cluster gave names a cluster") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("TERMINATED")});
  json given = {{"cluster", {{"cluster_id", "0101-1"}, {"cluster_name", "etl"}}}};
  CHECK(world.does("databricks.terminate_cluster", given).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/list").empty());
}

TEST_CASE("a cluster that is on its way down is started once it is there") {
  ClusterWorld world;
  world.workspace.on("/clusters/get",
                     {cluster_is("TERMINATING"), cluster_is("TERMINATING"), cluster_is("TERMINATED"),
                      cluster_is("PENDING"), cluster_is("RUNNING")});
  CHECK(world.does("databricks.ensure_cluster", {{"cluster_id", "0101-1"}}).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/start").size() == 1);
}

TEST_CASE("a cluster that is running needs no start") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("RUNNING")});
  CHECK(world.does("databricks.start_cluster", {{"cluster_id", "0101-1"}}).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/start").empty());
}

TEST_CASE("a restart is over when the cluster runs anew") {
  ClusterWorld world;
  world.workspace.on("/clusters/get",
                     {cluster_is("RUNNING", {{"start_time", 1}}), cluster_is("RUNNING", {{"start_time", 1}}),
                      cluster_is("RUNNING", {{"start_time", 2}})});
  CHECK(world.does("databricks.restart_cluster", {{"cluster_id", "0101-1"}}).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/get").size() == 3);
}

TEST_CASE("a restart whose answer was lost is seen in the cluster's start") {
  ClusterWorld world;
  world.workspace.on("/clusters/restart", {lost()})
      .on("/clusters/get",
          {cluster_is("RUNNING", {{"start_time", 1}}), cluster_is("RUNNING", {{"start_time", 2}})});
  CHECK(world.does("databricks.restart_cluster", {{"cluster_id", "0101-1"}}).how == "succeeded");
  CHECK(world.workspace.seen("/clusters/restart").size() == 1);
}

TEST_CASE("a cluster is resized and its workers are waited for") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("RESIZING"), cluster_is("RUNNING")});
  CHECK(world.does("databricks.resize_cluster", {{"cluster_id", "0101-1"}, {"num_workers", 4}}).how ==
        "succeeded");
  CHECK(world.sent("/clusters/resize") == json{{"num_workers", 4}, {"cluster_id", "0101-1"}});
}

namespace {

Scripted libraries_are(std::string_view state, JsonArray messages = {}) {
  json library = {{"maven", {{"coordinates", "org.jsoup:jsoup:1.16.1"}}}};
  json status = {{"library", library}, {"status", state}, {"messages", std::move(messages)}};
  return ok({{"cluster_id", "0101-1"}, {"library_statuses", JsonArray{status}}});
}

const json libraries = {
    {"cluster_id", "0101-1"},
    {"libraries", JsonArray{json{{"maven", {{"coordinates", "org.jsoup:jsoup:1.16.1"}}}}}}};

}  // namespace

TEST_CASE("libraries are waited for until all are installed") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("RUNNING")})
      .on("/cluster-status",
          {libraries_are("RESOLVING"), libraries_are("INSTALLING"), libraries_are("INSTALLED")});
  CHECK(world.does("databricks.install_libraries", libraries).how == "succeeded");
  CHECK(world.reports.logged("maven org.jsoup:jsoup:1.16.1 is INSTALLING"));
}

TEST_CASE("a library that cannot be installed is named with the reason") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("RUNNING")})
      .on("/cluster-status", {libraries_are("FAILED", {"no such artifact"})});
  auto end = world.does("databricks.install_libraries", libraries);
  CHECK(end.failure.message ==
        "a library could not be installed on cluster 0101-1: maven org.jsoup:jsoup:1.16.1: no such artifact");
}

TEST_CASE("libraries of a cluster that is down are not waited for") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("TERMINATED")})
      .on("/cluster-status", {libraries_are("PENDING")});
  CHECK(world.does("databricks.install_libraries", libraries).failure.message.contains("is TERMINATED"));
}

TEST_CASE("a mistake in a library is told by its place and the nearest name") {
  ClusterWorld world;
  json inputs = {{"cluster_id", "0101-1"},
                 {"libraries", JsonArray{json{{"mavn", {{"coordinates", "a:b:1"}}}}}}};
  auto end = world.does("databricks.install_libraries", inputs);
  CHECK(end.failure.message == "/libraries/0/mavn: there is no library type 'mavn'");
  CHECK(end.failure.detail.at("hint") == "did you mean 'maven'?");
  CHECK(world.workspace.seen("/libraries/install").empty());
}

TEST_CASE("a state of a cluster is waited for, and a misspelt one is refused") {
  ClusterWorld world;
  world.workspace.on("/clusters/get", {cluster_is("RUNNING"), cluster_is("TERMINATED")});
  CHECK(world
            .does("databricks.wait_cluster",
                  {{"cluster_id", "0101-1"}, {"state", "TERMINATED"}, {"every", "1ms"}})
            .how == "succeeded");
  ClusterWorld other;
  CHECK(other.does("databricks.wait_cluster", {{"cluster_id", "0101-1"}, {"state", "RUNING"}})
            .failure.detail.at("hint") == "did you mean 'RUNNING'?");
}
