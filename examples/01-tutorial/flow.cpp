// The tutorial flow of flow.yaml, in C++: the same tasks, the same keys, the same results.
//
//   ingest ──────────► daily ──────────► monthly
//            daily_config ┘   monthly_config ┘
#include <weir/weir.h>

using namespace std::chrono_literals;

namespace {

// A configuration is data that a task builds; the run that uses it waits for it because it takes it.
const auto report_config =
    weir::task("report_config", [](std::string since, std::string which) -> weir::json {
      return {
          {"run_name", which + " report since " + since},
          {"new_cluster",
           {{"spark_version", "17.3.x-scala2.13"}, {"node_type_id", "local"}, {"num_workers", 2}}},
          {"spark_python_task",
           {{"python_file", "dbfs:/tutorial/report.py"}, {"parameters", weir::JsonArray{weir::json(which)}}}},
      };
    });

const weir::TaskOptions patient = {.retries = 2, .retry_delay = 10s, .timeout = 10min};

const auto tutorial = weir::flow("tutorial", {{"since", "2012-01-01"}}, [](std::string since) {
  auto dbx = weir::databricks::connect();
  auto ingest = dbx.run_now({.job = "ingest", .notebook_params = {{"since", since}}}, weir::named("ingest"));

  auto daily_config = report_config(since, "daily", weir::named("daily_config"));
  auto daily = dbx.submit_run(daily_config, weir::after(ingest).named("daily"), patient);

  auto monthly_config = report_config(since, "monthly", weir::named("monthly_config"));
  dbx.submit_run(monthly_config, weir::after(daily).named("monthly"), patient);
});

}  // namespace

int main(int argc, char** argv) { return weir::main(argc, argv, tutorial); }
