#include "workspace/sql/queries_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  Answered create(std::string_view name, JsonObject body = {}) {
    body["query"] = JsonObject{{"display_name", name}, {"query_text", "SELECT 1"}, {"warehouse_id", "w"}};
    return post("2.0/sql/queries", body);
  }
  Answered change(const std::string& id, const json& query, std::string_view mask) {
    return call("PATCH", "2.0/sql/queries/" + id, to_text({{"query", query}, {"update_mask", mask}}));
  }
};

std::string id_of(const Answered& answered) { return string_or(answered.body, "id", ""); }

}  // namespace

TEST_CASE("a query is kept as it was given, with the workspace's word on it") {
  Served served;
  auto created = served.create("rain");
  REQUIRE(created.status == 200);
  served.reopen();
  auto shown = served.get("2.0/sql/queries/" + id_of(created)).body;
  CHECK(shown == created.body);
  CHECK(shown.at("display_name") == "rain");
  CHECK(shown.at("lifecycle_state") == "ACTIVE");
  CHECK(shown.at("owner_user_name") == shown.at("last_modifier_user_name"));
  CHECK(served.get("2.0/sql/queries/none").status == 404);
}

TEST_CASE("an update changes what its mask names and nothing else") {
  Served served;
  auto id = id_of(served.create("rain"));
  auto changed =
      served.change(id, {{"query_text", "SELECT 2"}, {"description", "not asked for"}}, "query_text");
  CHECK(changed.body.at("query_text") == "SELECT 2");
  CHECK_FALSE(changed.body.get_object().contains("description"));
  auto refused = served.change(id, {{"query_text", "SELECT 3"}}, "query_texts");
  CHECK(refused.status == 400);
  CHECK(refused.message().find("did you mean 'query_text'") != std::string::npos);
  CHECK(served.change(id, {{"query_text", ""}}, "query_text").status == 400);
}

TEST_CASE("a name is taken once, unless the client lets the workspace choose") {
  Served served;
  served.create("rain");
  CHECK(served.create("rain").code() == "ALREADY_EXISTS");
  CHECK(served.create("rain", {{"auto_resolve_display_name", true}}).body.at("display_name") == "rain (1)");
}

TEST_CASE("queries are listed newest first, in pages, without those in the trash") {
  Served served;
  std::string second;
  for (std::string_view name : {"one", "two", "three"}) {
    auto created = served.create(name);
    if (name == "two") second = id_of(created);
  }
  auto page = served.get("2.0/sql/queries?page_size=2").body;
  CHECK(page.at("results").at(0).at("display_name") == "three");
  auto token = string_or(page, "next_page_token", "");
  auto next = served.get("2.0/sql/queries?page_size=2&page_token=" + token).body;
  CHECK(next.at("results").get_array().size() == 1);
  CHECK_FALSE(next.get_object().contains("next_page_token"));

  CHECK(served.call("DELETE", "2.0/sql/queries/" + second, "").status == 200);
  CHECK(served.get("2.0/sql/queries/" + second).body.at("lifecycle_state") == "TRASHED");
  CHECK(served.change(second, {{"query_text", "SELECT 2"}}, "query_text").status == 400);
  CHECK(served.get("2.0/sql/queries").body.at("results").get_array().size() == 2);
}
