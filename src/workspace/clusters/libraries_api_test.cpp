#include "workspace/clusters/libraries_api.h"

#include "workspace/clusters/library.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

const json simplejson{{"pypi", {{"package", "simplejson"}}}};

struct Served : TestWorkspace {
  Served() {
    open();
    id = create_cluster("shared");
    wait_for_cluster(id, "RUNNING");
  }

  Answered ask(std::string_view verb, JsonArray libraries) {
    return post("2.0/libraries/" + std::string(verb),
                {{"cluster_id", id}, {"libraries", std::move(libraries)}});
  }

  JsonArray statuses() {
    auto answered = get("2.0/libraries/cluster-status?cluster_id=" + id);
    const json* found = find(answered.body, "library_statuses");
    return found ? found->get_array() : JsonArray{};
  }

  /// As the cluster's driver writes it.
  void tell(std::string_view status, std::string_view message) {
    auto context = std::to_string(int_or(cluster(id), "spark_context_id", 0));
    json told{{canonical_text(simplejson), {{"status", status}, {"messages", JsonArray{message}}}}};
    REQUIRE(replace_file(folder() / "home/clusters" / id / context / "libraries.json", to_text(told)));
  }

  std::string id;
};

}  // namespace

TEST_CASE("a library is pending until the driver says what became of it") {
  Served served;
  CHECK(served.ask("install", {simplejson}).status == 200);
  REQUIRE(served.statuses().size() == 1);
  CHECK(served.statuses()[0].at("library") == simplejson);
  CHECK(served.statuses()[0].at("status") == "PENDING");
  served.tell("FAILED", "no such package");
  CHECK(served.statuses()[0].at("status") == "FAILED");
  CHECK(served.statuses()[0].at("messages") == json(JsonArray{"no such package"}));
  auto all = served.get("2.0/libraries/all-cluster-statuses").body.at("statuses");
  CHECK(all.at(0).at("cluster_id") == json(served.id));
}

TEST_CASE("a library that is uninstalled goes with the next start") {
  Served served;
  served.ask("install", {simplejson});
  CHECK(served.ask("uninstall", {simplejson, json{{"jar", "dbfs:/none.jar"}}}).status == 200);
  CHECK(served.statuses()[0].at("status") == "UNINSTALL_ON_RESTART");
  CHECK(served.post("2.1/clusters/restart", {{"cluster_id", served.id}}).status == 200);
  served.wait_for_cluster(served.id, "RUNNING");
  CHECK(served.statuses().empty());
}

TEST_CASE("the order of its members makes no other library, and what is none is refused by place") {
  CHECK(canonical_text(parse_json(R"({"maven": {"repo": "r", "coordinates": "a:b:1"}})").value()) ==
        R"({"maven":{"coordinates":"a:b:1","repo":"r"}})");
  Served served;
  auto refused = [&](json library) { return served.ask("install", {std::move(library)}).message(); };
  CHECK(refused({{"pypl", {{"package", "x"}}}}).find("did you mean 'pypi'") != std::string::npos);
  CHECK(refused({{"pypi", JsonObject{}}}) == "Missing required field: libraries[0].pypi.package.");
  CHECK(refused({{"maven", {{"coordinates", "a:b"}}}}).find("group:artifact:version") != std::string::npos);
  CHECK(refused({{"jar", 7}}) == "libraries[0].jar must be a path.");
  CHECK(refused("x").find("libraries[0]") == 0);
  CHECK(served.ask("install", {}).status == 400);
  served.id = "1127-none";
  CHECK(served.ask("install", {simplejson}).message() == "Cluster 1127-none does not exist");
}
