#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }
};

std::string id_in(const Answered& answered, std::string_view field) {
  REQUIRE_MESSAGE(answered.status == 200, answered.message());
  return string_or(answered.body, field, "");
}

}  // namespace

TEST_CASE("an instance pool is kept as it was said, also by the next server, and named in a cluster") {
  Served served;
  json spec = {{"instance_pool_name", "small"},
               {"node_type_id", "local"},
               {"min_idle_instances", "2"},
               {"custom_tags", {{"team", 7}}}};
  auto id = id_in(served.post("2.0/instance-pools/create", spec), "instance_pool_id");
  served.reopen();
  auto pool = served.get("2.0/instance-pools/get?instance_pool_id=" + id).body;
  CHECK(pool.at("min_idle_instances") == 2);
  CHECK(pool.at("custom_tags").at("team") == "7");
  CHECK(pool.at("state") == "ACTIVE");
  CHECK(served.get("2.0/instance-pools/list").body.at("instance_pools").as_array().size() == 1);
  CHECK(served.post("2.0/instance-pools/create", spec).code() == "INVALID_PARAMETER_VALUE");
  json change = {{"instance_pool_id", id}, {"instance_pool_name", "large"}, {"node_type_id", "local"}};
  CHECK(served.post("2.0/instance-pools/edit", change).status == 200);
  CHECK(served.get("2.0/instance-pools/get?instance_pool_id=" + id).body.at("instance_pool_name") == "large");
  change.as_object()["node_type_id"] = "other";
  CHECK(served.post("2.0/instance-pools/edit", change).status == 400);
  auto cluster = served.create_cluster("pooled", {{"instance_pool_id", id}, {"policy_id", "1"}});
  CHECK(string_or(served.cluster(cluster), "instance_pool_id", "") == id);
  CHECK(served.cluster(cluster).at("policy_id") == "1");
  CHECK(served.post("2.0/instance-pools/delete", {{"instance_pool_id", id}}).status == 200);
  CHECK(served.get("2.0/instance-pools/get?instance_pool_id=" + id).status == 404);
  CHECK(served.post("2.0/instance-pools/delete", {{"instance_pool_id", id}}).code() ==
        "RESOURCE_DOES_NOT_EXIST");
}

TEST_CASE("a cluster policy is kept, when its definition is one, and families are listed") {
  Served served;
  json spec = {{"name", "cheap"}, {"definition", R"({"num_workers": {"type": "fixed", "value": 1}})"}};
  auto id = id_in(served.post("2.0/policies/clusters/create", spec), "policy_id");
  auto policy = served.get("2.0/policies/clusters/get?policy_id=" + id).body;
  CHECK(policy.at("definition") == spec.at("definition"));
  CHECK(int_or(policy, "created_at_timestamp", 0) > 0);
  spec.as_object()["policy_id"] = id;
  spec.as_object()["description"] = "for tests";
  CHECK(served.post("2.0/policies/clusters/edit", spec).status == 200);
  auto edited = served.get("2.0/policies/clusters/get?policy_id=" + id).body;
  CHECK(edited.at("description") == "for tests");
  CHECK(edited.at("creator_user_name") == policy.at("creator_user_name"));
  CHECK(served.post("2.0/policies/clusters/create", {{"name", "a"}, {"definition", "{"}}).status == 400);
  CHECK(served.post("2.0/policies/clusters/create", {{"name", "a"}, {"definition", "[]"}}).status == 400);
  CHECK(served.post("2.0/policies/clusters/create", json(JsonObject{})).message() ==
        "Missing required field: name.");
  id_in(served.post("2.0/policies/clusters/create", {{"name", "a"}, {"policy_family_id", "unrestricted"}}),
        "policy_id");
  auto listed =
      served.get("2.0/policies/clusters/list?sort_column=POLICY_NAME&sort_order=ASC").body.at("policies");
  CHECK(listed.at(0).at("name") == "a");
  CHECK(listed.at(1).at("name") == "cheap");
  CHECK(served.post("2.0/policies/clusters/delete", {{"policy_id", id}}).status == 200);
  CHECK(served.get("2.0/policy-families").body.at("policy_families").at(0).at("policy_family_id") ==
        "unrestricted");
  CHECK(served.get("2.0/policy-families/unrestricted").body.at("definition") == "{}");
  CHECK(served.get("2.0/policy-families/none").status == 404);
}

TEST_CASE("global init scripts are kept in their order") {
  Served served;
  auto script = databricks::encode_base64("echo 1");
  auto first =
      id_in(served.post("2.0/global-init-scripts", {{"name", "b"}, {"script", script}}), "script_id");
  id_in(served.post("2.0/global-init-scripts", {{"name", "a"}, {"script", script}, {"position", 0}}),
        "script_id");
  CHECK(served.call("PATCH", "2.0/global-init-scripts/" + first, R"({"position": 5, "enabled": true})")
            .status == 200);
  auto listed = served.get("2.0/global-init-scripts").body.at("scripts");
  CHECK(listed.at(1).at("name") == "b");
  CHECK(listed.at(1).at("enabled") == true);
  CHECK_FALSE(find(listed.at(1), "script"));
  CHECK(string_or(served.get("2.0/global-init-scripts/" + first).body, "script", "") == script);
  CHECK(served.post("2.0/global-init-scripts", {{"name", "c"}, {"script", "***"}}).status == 400);
  CHECK(served.call("DELETE", "2.0/global-init-scripts/" + first, "").status == 200);
  CHECK(served.get("2.0/global-init-scripts/" + first).status == 404);
}

TEST_CASE("a repo is kept with an empty folder, and says that no Git is run") {
  Served served;
  json spec = {{"url", "https://example.com/me/sparkling.git"}, {"provider", "gitHub"}};
  auto created = served.post("2.0/repos", spec);
  REQUIRE(created.status == 200);
  auto id = std::to_string(created.integer("id"));
  auto path = string_or(created.body, "path", "");
  CHECK(path.ends_with("/sparkling"));
  CHECK(served.get("2.0/workspace/get-status?path=" + path).body.at("object_type") == "DIRECTORY");
  CHECK(served.post("2.0/repos", spec).code() == "RESOURCE_ALREADY_EXISTS");
  auto checked_out = served.call("PATCH", "2.0/repos/" + id, R"({"branch": "main"})");
  CHECK(checked_out.status == 501);
  CHECK(checked_out.message().contains("Git"));
  CHECK(served.get("2.0/repos?path_prefix=/Workspace/Repos").body.at("repos").as_array().size() == 1);
  CHECK(served.get("2.0/repos?path_prefix=/Shared").body == json(JsonObject{}));
  CHECK(served.call("DELETE", "2.0/repos/" + id, "").status == 200);
  CHECK(served.get("2.0/workspace/get-status?path=" + path).status == 404);
}
