// For tests: a workspace by script, an executor that speaks to it, and what it reports.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "databricks/client/scripted_workspace.h"
#include "databricks/executor/databricks_executor.h"
#include "runtime/recording_reports.h"

namespace weir::databricks::testing {

using namespace std::chrono_literals;
using runtime::testing::RecordingReports;

constexpr auto run_now_path = "/jobs/run-now";
constexpr auto submit_path = "/runs/submit";
constexpr auto get_path = "/runs/get";
constexpr auto output_path = "/runs/get-output";
constexpr auto cancel_path = "/runs/cancel";

inline Timing fast() {
  Timing timing;
  timing.loopback_poll_first = timing.loopback_poll_max = 1ms;
  timing.resend_first = timing.resend_max = 1ms;
  timing.cancel_again = 5ms;
  timing.reconnect = 0ms;
  timing.doubt = 1ms;
  timing.loopback_calls_per_second = 1e6;
  return timing;
}

inline Scripted run_is(std::string_view life_cycle, std::string_view result = "", json more = JsonObject{}) {
  JsonObject run{{"run_id", 42},
                 {"job_id", 7},
                 {"run_page_url", "https://w/#job/7/run/42"},
                 {"state", {{"life_cycle_state", life_cycle}, {"state_message", ""}}}};
  if (!result.empty()) run["state"].get_object()["result_state"] = result;
  for (auto& [key, value] : more.get_object()) run[key] = value;
  return ok(run);
}

/// A workspace by script, an executor that speaks to it and what it reports.
struct World {
  ScriptedWorkspace workspace{};
  SystemClock clock{};
  RecordingReports reports{};
  std::atomic<int> connects = 0;
  std::string connection_name = "profile dev";
  std::unique_ptr<DatabricksExecutor> executor = make_executor();

  World() {
    workspace.on(run_now_path, {ok({{"run_id", 42}, {"number_in_job", 42}})})
        .on(submit_path, {ok({{"run_id", 42}})})
        .on(get_path, {run_is("PENDING"), run_is("RUNNING"), run_is("TERMINATED", "SUCCESS")})
        .on(output_path, {ok({{"notebook_output", {{"result", "answer"}}}})})
        .on(cancel_path, {ok(JsonObject{})});
  }

  std::unique_ptr<DatabricksExecutor> make_executor() {
    return std::make_unique<DatabricksExecutor>(
        [this]() -> Result<Connection> {
          ++connects;
          return Connection{connection_name, workspace.host(), Credential("dapi-canary")};
        },
        clock, fast());
  }

  static runtime::Attempt attempt(std::string_view kind, json inputs) {
    runtime::Attempt attempt;
    attempt.id = {0, 3, 1};
    attempt.flow = "tutorial";
    attempt.task = "daily";
    attempt.kind = kind;
    attempt.token = "weir-0123456789abcdef0123456789abcdef01234567";
    attempt.inputs = std::move(inputs);
    return attempt;
  }
  static runtime::Attempt run_now(json inputs = {{"job_id", 7}}) {
    return attempt("databricks.run_now", std::move(inputs));
  }
  static runtime::Attempt submit() {
    return attempt("databricks.submit_run",
                   {{"existing_cluster_id", "c"}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}});
  }

  RecordingReports::End run(const runtime::Attempt& what) {
    executor->start(what, reports);
    return reports.wait_for_end();
  }
};

/// Every request that starts a run must be the same, byte for byte.
inline void check_one_identity(const std::vector<Seen>& sent) {
  for (const auto& request : sent) CHECK(request.body == sent.front().body);
  CHECK(parse_json(sent.front().body)->at("idempotency_token") ==
        "weir-0123456789abcdef0123456789abcdef01234567");
}

}  // namespace weir::databricks::testing
