#include "databricks/wire/termination.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;

TEST_CASE("what a person has to change is not worth another try, what may pass by itself is") {
  for (auto code : {"INVALID_CLUSTER_REQUEST", "UNAUTHORIZED_ERROR", "USER_CANCELED", "FEATURE_DISABLED"})
    CHECK_FALSE(is_worth_retrying({.code = code}));
  for (auto code :
       {"CLOUD_FAILURE", "DRIVER_ERROR", "MAX_CONCURRENT_RUNS_EXCEEDED", "REPOSITORY_CHECKOUT_FAILED"})
    CHECK(is_worth_retrying({.code = code, .type = "CLIENT_ERROR"}));
  CHECK(is_worth_retrying({.code = "RUN_EXECUTION_ERROR", .type = "CLIENT_ERROR", .message = "boom"}));
}

TEST_CASE("a code nobody has heard of goes by its type") {
  CHECK_FALSE(is_worth_retrying({.code = "WRONG_MOON", .type = "CLIENT_ERROR"}));
  CHECK(is_worth_retrying({.code = "SOLAR_WIND", .type = "CLOUD_FAILURE"}));
  CHECK(is_worth_retrying({}));
}

TEST_CASE("a cluster that failed is judged by the reason in the message") {
  auto capacity =
      "Cluster 1127-x is Terminated: AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE(CLOUD_FAILURE): no more";
  CHECK(cluster_reason_in(capacity)->code == "AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE");
  CHECK(cluster_reason_in(capacity)->type == "CLOUD_FAILURE");
  CHECK(cluster_reason_in("not ready. Reason: INVALID_ARGUMENT (CLIENT_ERROR).")->code == "INVALID_ARGUMENT");
  CHECK_FALSE(cluster_reason_in("all is well (so far)"));
  CHECK(is_worth_retrying({.code = "CLUSTER_ERROR", .message = capacity}));
  CHECK_FALSE(is_worth_retrying({.code = "CLUSTER_ERROR", .message = "INVALID_ARGUMENT (CLIENT_ERROR)"}));
  CHECK(is_worth_retrying({.code = "RUN_EXECUTION_ERROR", .message = "raised X (CLIENT_ERROR)"}));
}

TEST_CASE("both generations of fields are read, and the older message wins when there are two") {
  json run = {
      {"state", {{"state_message", "old"}}},
      {"status", {{"termination_details", {{"code", "CLUSTER_ERROR"}, {"type", "T"}, {"message", "new"}}}}}};
  auto found = termination_of(run);
  CHECK(found.code == "CLUSTER_ERROR");
  CHECK(found.type == "T");
  CHECK(found.message == "old");
  CHECK(termination_of(JsonObject{}).code.empty());
}
