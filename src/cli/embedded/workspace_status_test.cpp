#include "cli/embedded/workspace_status.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::cli;

TEST_CASE("the page of a workspace where nothing goes on says so") {
  json status{{"sparks", {{{"spark_version", "4.1.4"}}}},
              {"clusters", JsonArray{}},
              {"runs", JsonArray{}},
              {"waiting_drivers", JsonArray{}},
              {"memory",
               {{"used_bytes", 14 << 20},
                {"processes", 1},
                {"available_bytes", 18LL << 30},
                {"total_bytes", 24LL << 30}}}};
  CHECK(status_lines(status, Instant{}) ==
        std::vector<std::string>{"spark  4.1.4",
                                 "memory 14 MiB in 1 process; 18 GiB of 24 GiB are left on this machine",
                                 "clusters: none", "runs: none", "drivers started ahead: none"});
}

TEST_CASE("the page has a line for each cluster, run and task, with what is known of it") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  json task{{"run_id", 4},
            {"task_key", "load"},
            {"state", "RUNNING"},
            {"since", 3'600'000},
            {"memory_bytes", 53 << 20}};
  json status{
      {"sparks", {{{"spark_version", "4.1.4"}}, {{"spark_version", "3.5.7"}}}},
      {"clusters",
       {{{"cluster_id", "1127-135843-kogeqcl6"},
         {"cluster_name", "etl"},
         {"state", "RUNNING"},
         {"spark_version", "15.4.x-scala2.12"},
         {"apache_spark_version", "3.5.7"},
         {"autotermination_minutes", 30},
         {"idle_seconds", 260},
         {"memory_bytes", 316 << 20},
         {"spark_connect_address", "sc://localhost:8123/;x-databricks-cluster-id=1127-135843-kogeqcl6"}},
        {{"cluster_id", "1127-135844-abcdefgh"},
         {"state", "PENDING"},
         {"spark_version", "17.3.x-scala2.13"}}}},
      {"runs",
       {{{"run_id", 3}, {"run_name", "nightly"}, {"state", "RUNNING"}, {"since", 0}, {"tasks", {task}}}}},
      {"waiting_drivers",
       {{{"state", "READY"}, {"memory_bytes", 450 << 20}},
        {{"state", "WARMING_UP"}, {"memory_bytes", 62 << 20}}}}};
  auto day_later = Instant{std::chrono::hours(24)};
  CHECK(
      status_lines(status, day_later) ==
      std::vector<std::string>{
          "spark  4.1.4, 3.5.7", "clusters",
          "  1127-135843-kogeqcl6   RUNNING     etl                  Spark 3.5.7  316 MiB   idle 4 min of 30",
          "    sc://localhost:8123/;x-databricks-cluster-id=1127-135843-kogeqcl6",
          "  1127-135844-abcdefgh   PENDING                          17.3.x-scala2.13", "runs",
          "  3      nightly                  RUNNING     since 1970-01-01 00:00:00",
          "    4      load                   RUNNING     since 01:00:00  53 MiB", "drivers started ahead",
          "  1 waiting, 1 warming up, 512 MiB"});
}
