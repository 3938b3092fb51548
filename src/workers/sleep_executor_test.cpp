#include "workers/sleep_executor.h"

#include "runtime/recording_reports.h"
#include "workers/value_executor.h"

using namespace weir;
using namespace weir::workers;
using namespace weir::runtime::testing;

TEST_CASE("a value is its own result") {
  RecordingReports reports;
  auto executor = make_value_executor();
  std::uint32_t task = 0;
  for (const json& value : {json(nullptr), json("text"), json{1, 2}, json{{"a", {{"b", true}}}}}) {
    auto attempt = attempt_of(++task, value);
    json authored = value;
    CHECK_FALSE(core::check_inputs(executor->kinds().at(0), authored));
    CHECK(authored == value);
    executor->start(attempt, reports);
    CHECK(reports.value_of(attempt.id) == value);
  }
}

TEST_CASE("a sleep ends when its time is over, the shorter first") {
  RecordingReports reports;
  auto executor = make_sleep_executor();
  executor->start(attempt_of(1, {{"duration", "1h"}}), reports);
  std::uint32_t task = 1;
  for (const json& inputs : {json{{"duration", "5ms"}}, json("5ms"), json(0.005), json(0)}) {
    auto attempt = attempt_of(++task, inputs);
    executor->start(attempt, reports);
    CHECK(reports.value_of(attempt.id).is_null());
  }
  CHECK(reports.ends_of({1, 1, 1}) == 0);
}

TEST_CASE("a sleep that is cancelled ends at once and never succeeds") {
  RecordingReports reports;
  auto executor = make_sleep_executor();
  auto attempt = attempt_of(1, {{"duration", "1h"}});
  executor->start(attempt, reports);
  executor->cancel(attempt.id);
  executor->cancel(attempt.id);
  CHECK(reports.was_cancelled(attempt.id));
  executor.reset();
  CHECK(reports.ends_of(attempt.id) == 1);
}

TEST_CASE("a sleep that is no duration fails with the forms that are") {
  RecordingReports reports;
  auto executor = make_sleep_executor();
  std::uint32_t task = 0;
  for (const json& inputs : {json("soon"), json(-1), json{{"duration", {1}}}, json{{"duraton", "1s"}}}) {
    auto attempt = attempt_of(++task, inputs);
    executor->start(attempt, reports);
    auto failure = reports.failure_of(attempt.id);
    CAPTURE(failure.message);
    CHECK(failure.message.find("dura") != std::string::npos);
    CHECK_FALSE(failure.retryable);
  }
}
