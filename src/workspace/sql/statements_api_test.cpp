#include "workspace/sql/statements_api.h"

#include <fstream>
#include <functional>

#include <signal.h>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  explicit Served(const std::function<void(WorkspaceOptions&)>& set = {}, std::string_view name = "sql") {
    options.cancel_grace = std::chrono::milliseconds(100);
    if (set) set(options);
    open();
    auto created = post("2.0/sql/warehouses", {{"name", name}, {"auto_stop_mins", 0}});
    REQUIRE_MESSAGE(created.status == 200, created.message());
    warehouse = string_or(created.body, "id", "");
  }

  Answered execute(std::string_view statement, JsonObject body = {}) {
    body["statement"] = statement;
    body.emplace("warehouse_id", warehouse);
    return post("2.0/sql/statements/", body);
  }

  json statement(const std::string& id) { return get("2.0/sql/statements/" + id).body; }
  static std::string state(const json& statement) { return string_or(statement.at("status"), "state", ""); }

  json wait_for(const std::string& id, std::string_view wanted) {
    auto until = std::chrono::steady_clock::now() + patience;
    json seen = statement(id);
    while (state(seen) != wanted) {
      REQUIRE_MESSAGE(std::chrono::steady_clock::now() < until, to_text(seen));
      std::this_thread::yield();
      seen = statement(id);
    }
    return seen;
  }

  std::filesystem::path folder_of(const std::string& id) { return folder() / "home/statements" / id; }
  void let_go(const std::string& id) { std::ofstream(folder_of(id) / "go") << ""; }

  /// The warehouse that is there from the start.
  std::string other_warehouse() {
    for (const json& one : get("2.0/sql/warehouses").body.at("warehouses").get_array())
      if (string_or(one, "id", "") != warehouse) return string_or(one, "id", "");
    return {};
  }

  std::string warehouse;
};

std::string id_of(const Answered& answered) { return string_or(answered.body, "statement_id", ""); }

}  // namespace

TEST_CASE("a statement waits for its warehouse and gives its rows in chunks") {
  Served served;
  auto done = served.execute("SELECT 1", {{"wait_timeout", "50s"}});
  REQUIRE_MESSAGE(done.status == 200, done.message());
  CHECK(served.state(done.body) == "SUCCEEDED");
  CHECK(done.body.at("manifest").at("total_row_count") == 2);
  CHECK(done.body.at("result").at("data_array") == parse_json(R"([["0",null]])").value());
  CHECK(done.body.at("result").at("next_chunk_index") == 1);
  auto link = string_or(done.body.at("result"), "next_chunk_internal_link", "");
  auto second = served.get(link.substr(std::string_view("/api/").size())).body;
  CHECK(second.at("data_array") == parse_json(R"([["1",null]])").value());
  CHECK_FALSE(second.get_object().contains("next_chunk_index"));
  CHECK(served.get("2.0/sql/statements/" + id_of(done) + "/result/chunks/2").status == 400);
}

TEST_CASE("a statement that fails is an answer, not an error") {
  Served served;
  auto done = served.execute("fail", {{"wait_timeout", "50s"}});
  CHECK(done.status == 200);
  CHECK(served.state(done.body) == "FAILED");
  CHECK(done.body.at("status").at("error").at("message") == "no such table");
}

TEST_CASE("a statement can be followed, and outlives the server") {
  Served served;
  auto id = id_of(served.execute("wait", {{"wait_timeout", "0s"}}));
  served.wait_for(id, "RUNNING");
  served.reopen();
  CHECK(served.state(served.statement(id)) == "RUNNING");
  served.let_go(id);
  CHECK(served.wait_for(id, "SUCCEEDED").at("result").at("row_count") == 1);
}

TEST_CASE("a statement is cancelled, by request or because nobody waits longer") {
  Served served;
  auto id = id_of(served.execute("wait", {{"wait_timeout", "0s"}}));
  served.wait_for(id, "RUNNING");
  CHECK(served.post("2.0/sql/statements/" + id + "/cancel", JsonObject{}).status == 200);
  CHECK(served.state(served.statement(id)) == "CANCELED");
  served.let_go(id);
  auto late = served.execute("wait", {{"wait_timeout", "5s"}, {"on_wait_timeout", "CANCEL"}});
  CHECK(served.state(late.body) == "CANCELED");
  served.let_go(id_of(late));
}

TEST_CASE("a statement fails with the warehouse it runs on") {
  Served served;
  auto id = id_of(served.execute("wait", {{"wait_timeout", "0s"}}));
  served.wait_for(id, "RUNNING");
  CHECK(served.post("2.0/sql/warehouses/" + served.warehouse + "/stop", JsonObject{}).status == 200);
  auto failed = served.wait_for(id, "FAILED");
  CHECK(string_or(failed.at("status").at("error"), "message", "").find("warehouse ended") !=
        std::string::npos);
  served.wait_for_cluster(served.warehouse, "TERMINATED");
  auto again = served.execute("SELECT 1", {{"wait_timeout", "50s"}});
  CHECK(served.state(again.body) == "SUCCEEDED");
}

TEST_CASE("a statement that is refused because its warehouse cannot start has failed, and never runs") {
  Served served([](WorkspaceOptions& options) { options.clusters_max = 1; });
  std::string id = "0198c5c8-1111-7222-8333-444455556667";
  auto other = served.other_warehouse();
  auto refused = served.execute("SELECT 1", {{"warehouse_id", other}, {"statement_id", id}});
  CHECK(refused.status == 400);
  CHECK(refused.code() == "RESOURCE_LIMIT_EXCEEDED");
  CHECK(served.state(served.statement(id)) == "FAILED");
  served.close();
  served.options.clusters_max = 8;
  served.open();
  CHECK(served.state(served.statement(id)) == "FAILED");
  auto later = served.execute("SELECT 1", {{"warehouse_id", other}, {"wait_timeout", "50s"}});
  CHECK(served.state(later.body) == "SUCCEEDED");
  CHECK_FALSE(std::filesystem::exists(served.folder_of(id) / "manifest.json"));
}

TEST_CASE("a statement that is sent while its warehouse ends has it start again") {
  Served served([](WorkspaceOptions& options) { options.cancel_grace = std::chrono::milliseconds(500); },
                "stubborn");
  served.wait_for_cluster(served.warehouse, "RUNNING");
  CHECK(served.post("2.0/sql/warehouses/" + served.warehouse + "/stop", JsonObject{}).status == 200);
  auto done = served.execute("SELECT 1", {{"wait_timeout", "50s"}});
  CHECK_MESSAGE(served.state(done.body) == "SUCCEEDED", to_text(done.body));
}

TEST_CASE("however many statements run, their drivers hear that one is cancelled") {
  Served served([](WorkspaceOptions& options) { options.statements_max = 1; });
  auto first = id_of(served.execute("wait", {{"wait_timeout", "0s"}}));
  served.wait_for(first, "RUNNING");
  auto second = id_of(served.execute("wait", {{"wait_timeout", "0s"}}));
  CHECK(served.post("2.0/sql/statements/" + first + "/cancel", JsonObject{}).status == 200);
  auto until = std::chrono::steady_clock::now() + patience;
  while (!std::filesystem::exists(served.folder_of(first) / "canceled")) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
  served.let_go(first);
  served.let_go(second);
  served.wait_for(second, "SUCCEEDED");
}

TEST_CASE("warehouses have their own list and their own states") {
  Served served;
  auto listed = served.get("2.0/sql/warehouses").body.at("warehouses").get_array();
  CHECK(listed.size() == 2);  // with the one that is there from the start
  CHECK(served.get("2.1/clusters/list").body == json(JsonObject{}));
  served.wait_for_cluster(served.warehouse, "RUNNING");
  auto path = "2.0/sql/warehouses/" + served.warehouse;
  CHECK(served.get(path).body.at("state") == "RUNNING");
  CHECK(served.get(path).body.at("name") == "sql");
  CHECK(served.call("DELETE", path, "").status == 200);
  CHECK(served.get(path).status == 404);
  CHECK(served.get("2.0/sql/warehouses/none").code() == "RESOURCE_DOES_NOT_EXIST");
}

TEST_CASE("what a statement cannot ask for is refused by name") {
  Served served;
  CHECK(served.execute("x", {{"wait_timeout", "3s"}}).message().find("from 5s to 50s") != std::string::npos);
  CHECK(served.execute("x", {{"disposition", "EXTERNAL_LINKS"}}).status == 400);
  CHECK(served.execute("x", {{"warehouse_id", "none"}}).message() == "none is not a valid endpoint id.");
  CHECK(served.post("2.0/sql/statements", {{"warehouse_id", served.warehouse}}).message() ==
        "Missing required field: statement.");
  CHECK(served.get("2.0/sql/statements/none").status == 404);
}

TEST_CASE("a statement that is asked for twice under one id is one") {
  Served served;
  std::string id = "0198c5c8-1111-7222-8333-444455556666";
  auto first = served.execute("wait", {{"statement_id", id}, {"wait_timeout", "0s"}});
  CHECK(id_of(first) == id);
  served.wait_for(id, "RUNNING");
  CHECK(id_of(served.execute("fail", {{"statement_id", id}, {"wait_timeout", "0s"}})) == id);
  served.let_go(id);
  served.wait_for(id, "SUCCEEDED");
  CHECK(served.execute("SELECT 1", {{"statement_id", "../out"}}).status == 400);
}
