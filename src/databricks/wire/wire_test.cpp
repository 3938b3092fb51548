#include <doctest/doctest.h>

#include "databricks/wire/api_error.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/run_outcome.h"
#include "databricks/wire/run_state.h"

using namespace weir;
using namespace weir::databricks;

namespace {

json ended(std::string_view life_cycle, std::string_view result, std::string_view code = "") {
  json run = {{"state", {{"life_cycle_state", life_cycle}, {"state_message", "because"}}}};
  if (!result.empty()) run.at("state").as_object()["result_state"] = result;
  if (!code.empty()) {
    run.as_object()["status"] = {{"state", "TERMINATED"}, {"termination_details", {{"code", code}}}};
  }
  return run;
}

}  // namespace

TEST_CASE("a state nobody has heard of does not end a run") {
  CHECK_FALSE(has_ended({{"state", {{"life_cycle_state", "HIBERNATING"}}}}));
  CHECK_FALSE(has_ended(nullptr));
  CHECK(has_ended({{"state", {{"life_cycle_state", "SKIPPED"}}}}));
  CHECK(has_ended({{"state", {{"life_cycle_state", "HIBERNATING"}}}, {"status", {{"state", "TERMINATED"}}}}));
  CHECK_FALSE(outcome_of({{"state", {{"life_cycle_state", "RUNNING"}}}}));
}

TEST_CASE("states survive the way to text and back") {
  for (auto state : {LifeCycle::blocked, LifeCycle::waiting_for_retry, LifeCycle::internal_error}) {
    CHECK(parse_life_cycle(name_of(state)) == state);
  }
  for (auto state :
       {ResultState::success, ResultState::timed_out, ResultState::cancelled, ResultState::disabled}) {
    CHECK(parse_result_state(name_of(state)) == state);
  }
}

TEST_CASE("the ending is read from result, life cycle and termination code") {
  CHECK(outcome_of(ended("TERMINATED", "SUCCESS"))->ending == Ending::succeeded);
  CHECK(outcome_of(ended("TERMINATED", "SUCCESS_WITH_FAILURES"))->ending == Ending::succeeded_with_failures);
  CHECK(outcome_of(ended("TERMINATED", "TIMEDOUT", "CANCELED"))->ending == Ending::timed_out);
  CHECK(outcome_of(ended("TERMINATED", "CANCELED"))->ending == Ending::cancelled);
  CHECK(outcome_of(ended("INTERNAL_ERROR", "FAILED", "RUN_EXECUTION_ERROR"))->ending == Ending::failed);
  CHECK(outcome_of(ended("INTERNAL_ERROR", ""))->ending == Ending::failed);
  CHECK(outcome_of(ended("SKIPPED", "MAXIMUM_CONCURRENT_RUNS_REACHED"))->ending == Ending::skipped);
  json only_status = {{"status", {{"state", "TERMINATED"}, {"termination_details", {{"code", "SUCCESS"}}}}}};
  CHECK(outcome_of(only_status)->ending == Ending::succeeded);
  CHECK(outcome_of(ended("TERMINATED", "FAILED"))->message == "because");
}

TEST_CASE("a result state from the future is no success") {
  CHECK(outcome_of(ended("TERMINATED", "SPLENDID"))->ending == Ending::failed);
  CHECK(outcome_of(ended("TERMINATED", "SPLENDID"))->state == "SPLENDID");
}

TEST_CASE("mistakes in the request are not worth another try, accidents are") {
  CHECK(outcome_of(ended("INTERNAL_ERROR", "FAILED", "CLOUD_FAILURE"))->retryable);
  CHECK(outcome_of(ended("TERMINATED", "FAILED", "RUN_EXECUTION_ERROR"))->retryable);
  CHECK_FALSE(outcome_of(ended("INTERNAL_ERROR", "FAILED", "INVALID_CLUSTER_REQUEST"))->retryable);
  CHECK_FALSE(outcome_of(ended("TERMINATED", "CANCELED", "USER_CANCELED"))->retryable);
}

TEST_CASE("an error body is read whatever its shape") {
  auto error = read_api_error(400, R"({"error_code":"INVALID_STATE","message":"not\nnow"})");
  CHECK(error.code == "INVALID_STATE");
  CHECK(error.message == "not now");
  CHECK(read_api_error(500, R"({"error":"context gone"})").message == "context gone");
  CHECK(read_api_error(404, R"({"detail":"no such user"})").message == "no such user");
  CHECK(read_api_error(502, "<html><head><title>502 Bad Gateway</title></head></html>").message ==
        "502 Bad Gateway");
  CHECK(read_api_error(503, "").message == "HTTP status 503");
  CHECK(read_api_error(429, "slow down\n").message == "slow down");
}

TEST_CASE("an error message is text that fits into JSON, whatever bytes came and wherever it is cut") {
  auto fits = [](const ApiError& error) {
    auto read = parse_json(to_text(error.to_json()));
    return read && find_string(*read, "message") == error.message;
  };
  auto cut = read_api_error(400, to_text(json{{"message", std::string(499, 'x') + "éé"}}));
  CHECK(fits(cut));
  CHECK(cut.message == std::string(499, 'x') + "…");
  auto page = read_api_error(403, "<html><title>Acc\xE8s refus\xE9</title></html>");
  CHECK(fits(page));
  CHECK(page.message == "Acc\uFFFDs refus\uFFFD");
  CHECK(fits(read_api_error(502,
                            "r\xE9"
                            "essayez\n")));
}

TEST_CASE("a missing job is recognised in both generations of the API") {
  CHECK(says_not_found({404, "", "Job 7 does not exist."}));
  CHECK(says_not_found({400, "INVALID_PARAMETER_VALUE", "Job 7 does not exist."}));
  CHECK(says_not_found({400, "INVALID_PARAMETER_VALUE", "Run: 3 in job: 7 doesn't exist"}));
  CHECK_FALSE(says_not_found({400, "INVALID_PARAMETER_VALUE", "max_retries must be positive"}));
}

TEST_CASE("base64 keeps every byte and refuses what is none") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t length : {0UL, 1UL, 2UL, 3UL, 255UL, 256UL}) {
    auto part = bytes.substr(0, length);
    CHECK(decode_base64(encode_base64(part)) == part);
  }
  CHECK(encode_base64("weir!") == "d2VpciE=");
  CHECK(decode_base64("d2Vp\nciE=") == "weir!");
  for (auto text : {"d", "d2VpciE", "d2Vp=iE=", "d2VpciE==", "d2Vp*iE="}) CHECK_FALSE(decode_base64(text));
}
