#include "workspace/jobs/api/jobs_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }
};

}  // namespace

TEST_CASE("a job is created, read back with its defaults, listed and deleted") {
  Served served;
  auto id = served.create_job("", {{"name", "report"}, {"future_field", "kept"}});
  auto job = served.get("2.1/jobs/get?job_id=" + std::to_string(id)).body;
  CHECK(job.at("job_id") == id);
  CHECK(string_or(job, "creator_user_name", "") != "");
  const auto& settings = job.at("settings");
  CHECK(settings.at("name") == "report");
  CHECK(settings.at("future_field") == "kept");
  CHECK(settings.at("format") == "MULTI_TASK");
  CHECK(settings.at("max_concurrent_runs") == 1);
  CHECK(settings.at("tasks").at(0).at("run_if") == "ALL_SUCCESS");
  auto listed = served.get("2.1/jobs/list?name=REPORT").body;
  CHECK(listed.at("jobs").get_array().size() == 1);
  CHECK_FALSE(listed.at("jobs").at(0).at("settings").get_object().contains("tasks"));
  CHECK(served.get("2.1/jobs/list?expand_tasks=true")
            .body.at("jobs")
            .at(0)
            .at("settings")
            .get_object()
            .contains("tasks"));
  CHECK(served.post("2.1/jobs/delete", {{"job_id", std::to_string(id)}}).body == json(JsonObject{}));
  CHECK_FALSE(served.get("2.1/jobs/list").body.get_object().contains("jobs"));
}

TEST_CASE("an unknown job is told in the words and the status of each version") {
  Served served;
  for (auto [version, status, code] :
       {std::tuple("2.0", 400, "INVALID_PARAMETER_VALUE"), std::tuple("2.1", 400, "INVALID_PARAMETER_VALUE"),
        std::tuple("2.2", 404, "RESOURCE_DOES_NOT_EXIST")}) {
    auto answer = served.get(std::string(version) + "/jobs/get?job_id=123");
    CHECK(answer.status == status);
    CHECK(answer.code() == code);
    CHECK(answer.message() == "Job 123 does not exist.");
    CHECK(served.post(std::string(version) + "/jobs/run-now", {{"job_id", 123}}).message() ==
          "Job 123 does not exist.");
  }
}

TEST_CASE("parameters of a GET may come in its body, as Airflow sends them") {
  Served served;
  auto id = served.create_job("");
  auto answer = served.get("2.1/jobs/get", R"({"job_id": ")" + std::to_string(id) + "\"}");
  CHECK(answer.integer("job_id") == id);
}

TEST_CASE("bodies that are no JSON object are refused with their place") {
  Served served;
  auto answer = served.call("POST", "2.1/jobs/create", "{\"name\": \n ]");
  CHECK(answer.status == 400);
  CHECK(answer.code() == "MALFORMED_REQUEST");
  CHECK(answer.message().find("2:2") != std::string::npos);
  CHECK(served.call("POST", "2.1/jobs/create", "[]").code() == "MALFORMED_REQUEST");
  CHECK(served.call("POST", "2.1/jobs/create", std::string(100'000, '[')).code() == "MALFORMED_REQUEST");
}

TEST_CASE("2.0 shows a single task's fields at the top") {
  Served served;
  json body = {{"name", "old"},
               {"spark_python_task", {{"python_file", "dbfs:/a.py"}}},
               {"new_cluster", {{"num_workers", 1}}}};
  auto id = served.post("2.0/jobs/create", body).integer("job_id");
  auto settings = served.get("2.0/jobs/get?job_id=" + std::to_string(id)).body.at("settings");
  CHECK(settings.at("spark_python_task").at("python_file") == "dbfs:/a.py");
  CHECK(settings.at("format") == "SINGLE_TASK");
  CHECK_FALSE(settings.get_object().contains("tasks"));
  auto newer = served.get("2.1/jobs/get?job_id=" + std::to_string(id)).body.at("settings");
  CHECK(newer.at("tasks").at(0).at("new_cluster").at("num_workers") == 1);
}

TEST_CASE("lists are read page by page, newest first, without gaps or repeats") {
  Served served;
  std::vector<std::int64_t> created;
  for (int i = 0; i < 5; ++i) created.insert(created.begin(), served.create_job(""));
  std::vector<std::int64_t> seen;
  std::string path = "2.1/jobs/list?limit=2";
  for (std::string token; seen.size() < 5;) {
    auto page = served.get(path + token).body;
    for (const auto& job : page.at("jobs").get_array()) seen.push_back(int_or(job, "job_id", 0));
    CHECK(bool_or(page, "has_more", false) == page.get_object().contains("next_page_token"));
    if (!page.get_object().contains("next_page_token")) break;
    token = "&page_token=" + net::percent_encode(string_or(page, "next_page_token", ""));
  }
  CHECK(seen == created);
  CHECK(served.get("2.1/jobs/list?limit=2&offset=4").body.at("jobs").get_array().size() == 1);
  CHECK(served.get("2.1/jobs/list?limit=101").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.get("2.1/jobs/list?page_token=made-up").code() == "INVALID_PARAMETER_VALUE");
}

TEST_CASE("reset replaces all settings, update only what it names") {
  Served served;
  auto id = served.create_job("", {{"name", "a"}, {"timeout_seconds", 60}, {"tags", {{"k", "v"}}}});
  REQUIRE(
      served
          .post("2.1/jobs/update",
                {{"job_id", id}, {"new_settings", {{"name", "b"}}}, {"fields_to_remove", JsonArray{"tags"}}})
          .status == 200);
  auto settings = served.get("2.1/jobs/get?job_id=" + std::to_string(id)).body.at("settings");
  CHECK(settings.at("name") == "b");
  CHECK(settings.at("timeout_seconds") == 60);
  CHECK_FALSE(settings.get_object().contains("tags"));
  CHECK(settings.at("tasks").get_array().size() == 1);
  REQUIRE(served.post("2.1/jobs/reset", {{"job_id", id}, {"new_settings", {{"name", "c"}}}}).status == 200);
  settings = served.get("2.1/jobs/get?job_id=" + std::to_string(id)).body.at("settings");
  CHECK(settings.at("timeout_seconds") == 0);
  CHECK(served.post("2.1/jobs/run-now", {{"job_id", id}}).message().find("no tasks") != std::string::npos);
}

TEST_CASE("update adds to a list and replaces in it by key, and what it names may be the job's") {
  Served served;
  auto task = [](std::string_view key, JsonObject more) {
    more["task_key"] = key;
    more["spark_python_task"] = JsonObject{{"python_file", "dbfs:/a.py"}};
    return json(std::move(more));
  };
  JsonObject cluster{{"spark_version", "17.3.x-scala2.13"}, {"num_workers", 1}};
  json settings = {{"job_clusters", {{{"job_cluster_key", "k"}, {"new_cluster", cluster}}}},
                   {"tasks", {task("a", {{"job_cluster_key", "k"}})}}};
  auto id = served.post("2.1/jobs/create", settings).integer("job_id");
  auto update = [&](JsonArray tasks) {
    return served.post("2.1/jobs/update", {{"job_id", id}, {"new_settings", {{"tasks", std::move(tasks)}}}});
  };
  json behind_a = JsonArray{JsonObject{{"task_key", "a"}}};
  auto added = update({task("b", {{"depends_on", behind_a}, {"job_cluster_key", "k"}})});
  REQUIRE_MESSAGE(added.status == 200, added.message());
  auto tasks = [&] {
    return served.get("2.1/jobs/get?job_id=" + std::to_string(id))
        .body.at("settings")
        .at("tasks")
        .get_array();
  };
  REQUIRE(tasks().size() == 2);
  CHECK(tasks().at(1).at("task_key") == "b");
  CHECK(tasks().at(1).at("run_if") == "ALL_SUCCESS");

  REQUIRE(update({task("a", {{"max_retries", "2"}})}).status == 200);
  REQUIRE(tasks().size() == 2);
  CHECK(tasks().at(0).at("max_retries") == 2);
  CHECK_FALSE(tasks().at(0).get_object().contains("job_cluster_key"));

  CHECK(update({task("c", {{"depends_on", JsonArray{JsonObject{{"task_key", "d"}}}}})}).message() ==
        "Task 'c' depends on 'd', which is no task of this job.");
  CHECK(update({task("a", {}), task("a", {})}).message() == "Two tasks have the key 'a'.");
  CHECK(tasks().size() == 2);
}

TEST_CASE("jobs outlive the server") {
  Served served;
  auto id = served.create_job("", {{"name", "kept"}});
  served.reopen();
  CHECK(served.get("2.1/jobs/get?job_id=" + std::to_string(id)).body.at("settings").at("name") == "kept");
  CHECK(served.create_job("") > id);
}
