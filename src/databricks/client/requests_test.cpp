#include "databricks/client/requests.h"

#include <doctest/doctest.h>

#include "databricks/client/scripted_workspace.h"
#include "databricks/client/workspace_client.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

TEST_CASE("paths of volumes are encoded part by part") {
  CHECK(requests::volume_status("/Volumes/main/raw/a b/c%.csv").path ==
        "/api/2.0/fs/files/Volumes/main/raw/a%20b/c%25.csv");
  CHECK(requests::volume_make_folders("/Volumes/main/raw").path ==
        "/api/2.0/fs/directories/Volumes/main/raw");
}

TEST_CASE("files of volumes travel as the bytes they are") {
  ScriptedWorkspace workspace;
  std::string bytes("\x00\xff{\n", 4);
  workspace.on("/a.bin", {{.status = 204, .body = ""}, {.body = bytes}});
  net::HttpClient http;
  WorkspaceClient client({"profile dev", workspace.host(), Credential("dapi-canary")}, http);
  REQUIRE(client.call_and_wait(requests::volume_put("/Volumes/a.bin", bytes, true)));
  auto sent = workspace.seen("/a.bin").at(0);
  CHECK(sent.method == "PUT");
  CHECK(sent.body == bytes);
  CHECK(sent.headers.contains("Content-Type: application/octet-stream"));
  CHECK(client.call_and_wait(requests::volume_read("/Volumes/a.bin", 0, 100))->as_string() == bytes);
}

TEST_CASE("a refusal of bytes is an error like any other") {
  ScriptedWorkspace workspace;
  workspace.on("/a.bin", {refused(404, "NOT_FOUND", "there is no such file")});
  net::HttpClient http;
  WorkspaceClient client({"profile dev", workspace.host(), Credential("dapi-canary")}, http);
  auto answer = client.call_and_wait(requests::volume_read("/Volumes/a.bin", 0, 100));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().error.code == Code::not_found);
}

TEST_CASE("what does something each time it arrives is not marked as repeatable") {
  CHECK_FALSE(requests::create_cluster({{"cluster_name", "etl"}}).repeatable);
  CHECK_FALSE(requests::execute_statement({{"statement", "insert into t values (1)"}}).repeatable);
  CHECK_FALSE(requests::restart_cluster("0101-1").repeatable);
  CHECK_FALSE(requests::dbfs_put("/a", "x", false).repeatable);
  CHECK(requests::dbfs_put("/a", "x", true).repeatable);
  CHECK(requests::reset_job(7, {{"name", "etl"}}).repeatable);
  CHECK(requests::terminate_cluster("0101-1").repeatable);
  CHECK(requests::start_run(requests::run_now_path, {{"idempotency_token", "t"}}).repeatable);
  CHECK_FALSE(requests::start_run(requests::run_now_path, {{"job_id", 7}}).repeatable);
}

TEST_CASE("a file of a volume may take the longer to be sent the larger it is") {
  auto timeout = [](std::size_t bytes) {
    return requests::volume_put("/Volumes/a", std::string(bytes, 'x'), true).timeout;
  };
  CHECK(timeout(1) == std::chrono::seconds(60));
  CHECK(timeout(64 * 1024 * 1024) == std::chrono::seconds(128));
}
