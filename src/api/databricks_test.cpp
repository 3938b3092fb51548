// Every operation of Databricks can be called from C++, with inputs that its kind takes.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include <weir/weir.h>

#include "api/flow_trace.h"
#include "base/json.h"
#include "databricks/executor/kinds.h"

using namespace weir;

namespace {

void call_everything() {
  auto dbx = databricks::connect();
  auto job = dbx.create_job(json{{"job", "etl"}, {"tasks", JsonArray{}}});
  dbx.update_job(json{{"job", "etl"}, {"new_settings", {{"timeout_seconds", 60}}}});
  auto run = dbx.run_now({.job = "etl"}, after(job));
  dbx.wait_run(run);
  dbx.get_output(run);
  dbx.repair_run(json(42));
  dbx.cancel_run(run);
  dbx.cancel_all_runs("etl");
  dbx.delete_job("etl");
  auto cluster = dbx.create_cluster(json{{"spark_version", "15.4.x-scala2.12"}, {"num_workers", 2}});
  dbx.start_cluster(cluster);
  dbx.ensure_cluster(json("etl"));
  dbx.restart_cluster(cluster);
  dbx.resize_cluster(cluster, json{{"num_workers", 4}});
  json library = {{"pypi", {{"package", "simplejson"}}}};
  dbx.install_libraries(cluster, JsonArray{library});
  dbx.uninstall_libraries(cluster, JsonArray{library});
  dbx.wait_cluster(cluster, "RUNNING");
  dbx.submit_run(json{{"spark_python_task", {{"python_file", "dbfs:/a.py"}}}});
  dbx.put_file(json{{"path", "dbfs:/a.py"}, {"content", "print(1)"}});
  dbx.get_file("dbfs:/a.py");
  dbx.wait_file("dbfs:/a.py");
  dbx.delete_file("dbfs:/a.py");
  dbx.import_notebook(json{{"path", "/Shared/a"}, {"local", "a.py"}});
  dbx.create_scope("etl");
  dbx.put_secret("etl", "token", "ETL_TOKEN");
  dbx.sql(json{{"statement", "select 1"}, {"warehouse_id", "w"}});
  dbx.wait_table(json{{"table", "orders"}, {"warehouse_id", "w"}});
  dbx.terminate_cluster(cluster, cleanup_of(run));
}

const core::TaskSpec& task_of(const api::Trace& traced, std::string_view kind) {
  return *std::ranges::find(traced.flow.tasks, kind, &core::TaskSpec::kind);
}

}  // namespace

TEST_CASE("every operation can be called, and its inputs are what its kind takes") {
  auto kinds = databricks::all_kinds();
  auto traced = api::trace(flow("f", call_everything), {}, kinds);
  REQUIRE(traced);
  std::set<std::string> called;
  for (const auto& task : traced->flow.tasks) called.insert(task.kind);
  for (const auto& kind : kinds) {
    INFO(kind.name);
    REQUIRE(called.contains(kind.name));
    json inputs = task_of(*traced, kind.name).inputs;
    auto problem = core::check_inputs(kind, inputs);
    INFO((problem ? problem->error.message : ""));
    CHECK_FALSE(problem);
  }
}

TEST_CASE("a future of a cluster or a run is what the task waits for") {
  auto kinds = databricks::all_kinds();
  auto traced = api::trace(flow("f", call_everything), {}, kinds);
  REQUIRE(traced);
  auto waits_for = [&](std::string_view kind) { return core::data_upstreams(task_of(*traced, kind).inputs); };
  CHECK(waits_for("databricks.install_libraries") == std::vector<std::string>{"create_cluster"});
  CHECK(waits_for("databricks.get_output") == std::vector<std::string>{"run_now"});
  CHECK(task_of(*traced, "databricks.put_secret").inputs.at("value") == json{{"env", "ETL_TOKEN"}});
}
