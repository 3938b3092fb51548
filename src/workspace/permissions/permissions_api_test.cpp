#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  /// "ann:CAN_VIEW bob:IS_OWNER", in the order shown; inherited ones with a star.
  static std::string levels(const json& shown) {
    std::string all;
    for (const json& entry : shown.at("access_control_list").get_array()) {
      std::string name;
      for (std::string_view field : {"user_name", "group_name", "service_principal_name"})
        name += string_or(entry, field, "");
      const json& level = entry.at("all_permissions").at(0);
      all += (all.empty() ? "" : " ") + name + ":" + string_or(level, "permission_level", "") +
             (bool_or(level, "inherited", false) ? "*" : "");
    }
    return all;
  }

  Answered send_list(std::string method, const std::string& path, JsonArray list) {
    return call(std::move(method), path, to_text(json(JsonObject{{"access_control_list", std::move(list)}})));
  }
};

JsonObject grant(std::string_view field, std::string_view name, std::string_view level) {
  return {{field, name}, {"permission_level", level}};
}

}  // namespace

TEST_CASE("a job's permissions are set, changed and shown as clients know them") {
  Served served;
  std::string path = "2.0/permissions/jobs/" + std::to_string(served.create_job(""));
  auto fresh = served.get(path);
  CHECK(fresh.body.at("object_type") == "job");
  CHECK(string_or(fresh.body, "object_id", "").starts_with("/jobs/"));
  std::string user = string_or(served.get("2.0/preview/scim/v2/Me").body, "userName", "");
  CHECK(served.levels(fresh.body) == user + ":IS_OWNER admins:CAN_MANAGE*");

  auto set = served.send_list(
      "PUT", path, {grant("user_name", "ann", "IS_OWNER"), grant("group_name", "users", "CAN_VIEW")});
  CHECK(served.levels(set.body) == "ann:IS_OWNER users:CAN_VIEW admins:CAN_MANAGE*");
  auto patched = served.send_list(
      "PATCH", path,
      {grant("group_name", "users", "CAN_MANAGE_RUN"), grant("service_principal_name", "ci", "IS_OWNER")});
  CHECK(served.levels(patched.body) == "users:CAN_MANAGE_RUN ci:IS_OWNER admins:CAN_MANAGE*");
  served.reopen();
  CHECK(served.get(path).body == patched.body);
  CHECK(served.levels(served.send_list("PUT", path, {}).body) == user + ":IS_OWNER admins:CAN_MANAGE*");
}

TEST_CASE("a job may bring its permissions along, and takes them with it") {
  Served served;
  auto id =
      served.create_job("", {{"access_control_list", JsonArray{grant("user_name", "ann", "CAN_MANAGE")}}});
  std::string path = "2.0/permissions/jobs/" + std::to_string(id);
  CHECK(served.levels(served.get(path).body).starts_with("ann:CAN_MANAGE "));
  CHECK_FALSE(served.get("2.1/jobs/get?job_id=" + std::to_string(id))
                  .body.at("settings")
                  .get_object()
                  .contains("access_control_list"));
  served.post("2.1/jobs/delete", {{"job_id", id}});
  auto gone = served.get(path);
  CHECK(gone.status == 404);
  CHECK(gone.code() == "RESOURCE_DOES_NOT_EXIST");
  auto refused =
      served.post("2.1/jobs/create",
                  {{"name", "a"}, {"access_control_list", JsonArray{grant("user_name", "ann", "CAN_FLY")}}});
  CHECK(refused.code() == "INVALID_PARAMETER_VALUE");
}

TEST_CASE("what makes no sense is refused") {
  Served served;
  std::string path = "2.0/permissions/jobs/" + std::to_string(served.create_job(""));
  auto refusal = [&](JsonArray list) {
    auto answered = served.send_list("PUT", path, std::move(list));
    CHECK(answered.code() == "INVALID_PARAMETER_VALUE");
    return answered.message();
  };
  CHECK(refusal({grant("user_name", "ann", "CAN_MANAGE_RUNS")}).find("did you mean 'CAN_MANAGE_RUN'") !=
        std::string::npos);
  CHECK(refusal({grant("name", "ann", "CAN_VIEW")}).find("needs a user_name") != std::string::npos);
  CHECK(refusal({grant("user_name", "a", "CAN_VIEW"), grant("user_name", "a", "CAN_MANAGE")}).find("twice") !=
        std::string::npos);
  CHECK(refusal({grant("user_name", "a", "IS_OWNER"), grant("user_name", "b", "IS_OWNER")}) ==
        "The job must have exactly one owner.");
  CHECK(served.get("2.0/permissions/job/1").message().find("did you mean 'jobs'?") != std::string::npos);
  CHECK(served.get("2.0/permissions/jobs/none").status == 404);
  CHECK(served.get("2.0/permissions/clusters/none").status == 404);
}

TEST_CASE("every kind has its levels") {
  Served served;
  auto levels = [&](const std::string& path) {
    std::string all;
    auto shown = served.get("2.0/permissions/" + path + "/permissionLevels").body;
    for (const json& level : shown.at("permission_levels").get_array())
      all += string_or(level, "permission_level", "") + " ";
    return all;
  };
  CHECK(levels("jobs/" + std::to_string(served.create_job(""))) ==
        "CAN_VIEW CAN_MANAGE_RUN IS_OWNER CAN_MANAGE ");
  CHECK(levels("clusters/" + served.create_cluster("a")) == "CAN_ATTACH_TO CAN_RESTART CAN_MANAGE ");
  CHECK(levels("notebooks/7") == "CAN_READ CAN_RUN CAN_EDIT CAN_MANAGE ");
  CHECK(levels("sql/warehouses/7") == "CAN_USE CAN_MONITOR CAN_VIEW IS_OWNER CAN_MANAGE ");
  CHECK(levels("cluster-policies/7") == "CAN_USE ");
  auto pool = served.send_list("PUT", "2.0/permissions/instance-pools/p",
                               {grant("group_name", "users", "CAN_ATTACH_TO")});
  CHECK(served.levels(pool.body) == "users:CAN_ATTACH_TO admins:CAN_MANAGE*");
}
