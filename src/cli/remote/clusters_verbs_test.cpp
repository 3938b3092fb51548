#include "cli/remote/clusters_verbs.h"

#include <doctest/doctest.h>

#include "cli/remote/scripted_world.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

namespace {

json cluster(std::string_view id, std::string_view name, std::string_view state = "RUNNING") {
  return {{"cluster_id", id}, {"cluster_name", name}, {"state", state}};
}

/// Two pages of clusters, two of which share a name.
struct Clusters : World {
  Clusters() {
    workspace.on(
        "/clusters/list",
        {ok({{"clusters", JsonArray{cluster("c1", "etl"), cluster("c2", "twin")}}, {"next_page_token", "2"}}),
         ok({{"clusters", JsonArray{cluster("c3", "twin", "TERMINATED")}}})});
  }
};

}  // namespace

TEST_CASE("clusters list shows every page, one line each, or all of it as JSON") {
  Clusters world;
  CHECK(world.run({"clusters", "list"}) == Exit::ok);
  CHECK(world.out.contains("c1                     RUNNING      etl\n"));
  CHECK(world.out.contains("c3                     TERMINATED   twin\n"));
  Clusters again;
  CHECK(again.run({"clusters", "list", "--json"}) == Exit::ok);
  CHECK(parse_json(again.out)->as_array().size() == 3);
}

TEST_CASE("a cluster is meant by its id or its name; a near miss is named, two of a name are listed") {
  for (auto which : {"c1", "etl"}) {
    Clusters world;
    world.workspace.on("/clusters/start", {ok(JsonObject{})});
    CHECK(world.run({"clusters", "start", which}) == Exit::ok);
    CHECK(world.sent("/clusters/start") == json{{"cluster_id", "c1"}});
    CHECK(world.out.empty());
  }
  Clusters miss;
  CHECK(miss.run({"clusters", "get", "elt"}) == Exit::not_found);
  CHECK(miss.err.contains("did you mean 'etl'?"));
  Clusters two;
  CHECK(two.run({"clusters", "delete", "twin"}) == Exit::usage);
  CHECK(two.err.contains("c2, c3"));
}

TEST_CASE("clusters create prints the id, and waits for the cluster when it is asked to") {
  World world;
  world.workspace.on("/clusters/create", {ok({{"cluster_id", "c9"}})})
      .on("/clusters/get", {ok(cluster("c9", "new", "PENDING")), ok(cluster("c9", "new"))});
  CHECK(world.run({"clusters", "create", "--wait", "--json", R"({"cluster_name": "new"})"}) == Exit::ok);
  CHECK(world.out == "c9\n");
  CHECK(world.err.contains("cluster c9 is PENDING"));
  CHECK(world.sent("/clusters/create") == json{{"cluster_name", "new"}});
}

TEST_CASE("a cluster that ends while it is waited for says why") {
  World world;
  json gone = cluster("c9", "new", "TERMINATED");
  gone.as_object()["termination_reason"] = {{"code", "BOOTSTRAP_TIMEOUT"}};
  gone.as_object()["state_message"] = "no answer";
  world.workspace.on("/clusters/create", {ok({{"cluster_id", "c9"}})}).on("/clusters/get", {ok(gone)});
  CHECK(world.run({"clusters", "create", "--wait", "--json", "{}"}) == Exit::run_failed);
  CHECK(world.err.contains("BOOTSTRAP_TIMEOUT: no answer"));
}

TEST_CASE("clusters resize takes a number, or a range") {
  Clusters fixed;
  fixed.workspace.on("/clusters/resize", {ok(JsonObject{})});
  CHECK(fixed.run({"clusters", "resize", "etl", "--workers", "3"}) == Exit::ok);
  CHECK(fixed.sent("/clusters/resize") == json{{"num_workers", 3}, {"cluster_id", "c1"}});
  Clusters range;
  range.workspace.on("/clusters/resize", {ok(JsonObject{})});
  CHECK(range.run({"clusters", "resize", "etl", "--min", "1", "--max", "4"}) == Exit::ok);
  CHECK(range.sent("/clusters/resize").at("autoscale") == json{{"min_workers", 1}, {"max_workers", 4}});
  CHECK(range.run({"clusters", "resize", "etl"}) == Exit::usage);
}

TEST_CASE("clusters events go on through their pages until there are enough") {
  Clusters world;
  auto page = [](int time) {
    return JsonObject{{"events", JsonArray{json{{"timestamp", time}, {"type", "RUNNING"}}}},
                      {"next_page", {{"cluster_id", "c1"}, {"offset", 1}}}};
  };
  world.workspace.on("/clusters/events", {ok(page(2)), ok(page(1))});
  CHECK(world.run({"clusters", "events", "etl", "-n", "2", "--json"}) == Exit::ok);
  CHECK(parse_json(world.out)->as_array().size() == 2);
  CHECK(world.workspace.seen("/clusters/events").size() == 2);
}
