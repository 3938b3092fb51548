#include "databricks/executor/ending.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;

namespace {

json ended(std::string_view result, std::string_view code, std::string_view message,
           std::string_view type = "") {
  return {
      {"run_id", 42},
      {"job_id", 7},
      {"run_page_url", "https://w/#job/7/run/42"},
      {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", result}, {"state_message", message}}},
      {"status", {{"state", "TERMINATED"}, {"termination_details", {{"code", code}, {"type", type}}}}}};
}

EndedTask task(std::string key, std::string_view result, std::string_view code = "RUN_EXECUTION_ERROR",
               std::string_view message = "") {
  return {key, 50, outcome_of(ended(result, code, message)).value(), "https://w/#job/7/run/50"};
}

EndedTask raised(std::string key, std::string_view error, std::string_view trace,
                 std::string_view logs = "") {
  auto failed = task(std::move(key), "FAILED");
  failed.output = {{"error", error}, {"error_trace", trace}, {"logs", logs}};
  return failed;
}

}  // namespace

TEST_CASE("of a job with several tasks the failure names the one that failed and leads to the run's page") {
  EndedRun run{ended("FAILED", "RUN_EXECUTION_ERROR", ""),
               {task("load", "SUCCESS", "SUCCESS"), raised("clean", "ValueError: boom", "Traceback …"),
                task("report", "UPSTREAM_FAILED", "SKIPPED")}};
  auto failure = failure_of(run);
  CHECK(failure.message == "task 'clean': ValueError: boom");
  CHECK(failure.trace == "Traceback …");
  CHECK(failure.detail.at("hint") == "see https://w/#job/7/run/42");
  CHECK(failure.detail.at("termination_code") == "RUN_EXECUTION_ERROR");
  CHECK(failure.retryable);
}

TEST_CASE("when several tasks failed, each has its part of the trace and its place in the detail") {
  EndedRun run{ended("FAILED", "RUN_EXECUTION_ERROR", ""),
               {raised("a", "E: one", "trace of a"), raised("b", "E: two", "", "printed\nby b\n")}};
  auto failure = failure_of(run);
  CHECK(failure.message == "task 'a': E: one (failed too: b)");
  CHECK(failure.trace == "task 'a' failed: E: one\ntrace of a\ntask 'b' failed: E: two\nprinted\nby b\n");
  const auto& failed = failure.detail.at("failed_tasks").as_array();
  REQUIRE(failed.size() == 2);
  CHECK(failed[0].at("error_trace") == "trace of a\n");
  CHECK(failed[1].at("output") == "printed\nby b\n");
  CHECK(failed[1].at("run_page_url") == "https://w/#job/7/run/50");
}

TEST_CASE(
    "a failure that is not the code's own says its code, and the cluster's reason decides about another "
    "try") {
  auto no_capacity = "Cluster x is Terminated: INSUFFICIENT_CAPACITY(CLOUD_FAILURE): none left";
  EndedRun later{ended("FAILED", "CLUSTER_ERROR", no_capacity),
                 {task("main", "FAILED", "CLUSTER_ERROR", no_capacity)}};
  CHECK(failure_of(later).message == std::string("CLUSTER_ERROR: ") + no_capacity);
  CHECK(failure_of(later).retryable);

  auto wrong = "Cluster x is Terminated: INVALID_ARGUMENT (CLIENT_ERROR)";
  EndedRun never{ended("FAILED", "CLUSTER_ERROR", wrong), {task("main", "FAILED", "CLUSTER_ERROR", wrong)}};
  CHECK_FALSE(failure_of(never).retryable);
  CHECK(failure_of(never).detail.at("termination_code") == "CLUSTER_ERROR");
}

TEST_CASE("what failed tasks printed comes last") {
  EndedRun run{ended("FAILED", "RUN_EXECUTION_ERROR", ""),
               {raised("a", "E", "", "last of a\n"), task("b", "SUCCESS", "SUCCESS")}};
  run.tasks[1].output = {{"logs", "one of b\ntwo of b\n"}};
  CHECK(printed_lines(run) == std::vector<std::string>{"b | one of b", "b | two of b", "a | last of a"});
}
