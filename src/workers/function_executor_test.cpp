#include "workers/function_executor.h"

#include <future>
#include <latch>
#include <set>
#include <stdexcept>

#include "runtime/recording_reports.h"

using namespace weir;
using namespace weir::workers;
using namespace weir::runtime::testing;
using runtime::Attempt;
using namespace std::chrono_literals;

namespace {

struct World {
  RecordingReports reports{};
  std::unique_ptr<FunctionExecutor> executor;
  std::uint32_t tasks = 0;

  explicit World(std::size_t threads_max = 2)
      : executor(make_function_executor({.threads_max = threads_max})) {}

  runtime::AttemptId start(FunctionBody body, json inputs = nullptr) {
    auto attempt = attempt_of(++tasks, std::move(inputs));
    executor->register_body(attempt.id.run, attempt.task, std::move(body));
    executor->start(attempt, reports);
    return attempt.id;
  }
};

FunctionOutcome wait_for_stop(const Attempt&, FunctionContext& context) {
  std::promise<void> stopped;
  std::stop_callback on_stop(context.stop, [&] { stopped.set_value(); });
  context.log(runtime::Level::info, "waiting");
  stopped.get_future().wait();
  context.log(runtime::Level::info, "stopped");
  return json("late");
}

}  // namespace

TEST_CASE("a function is called with its inputs and gives the result") {
  World world;
  auto attempt = world.start([](const Attempt& given, FunctionContext&) { return given.inputs; }, {{"x", 1}});
  CHECK(world.reports.value_of(attempt) == json{{"x", 1}});
}

TEST_CASE("what a function logs is reported") {
  World world;
  auto attempt = world.start([](const Attempt&, FunctionContext& context) -> FunctionOutcome {
    context.log(runtime::Level::warning, "careful");
    return json(nullptr);
  });
  world.reports.value_of(attempt);
  CHECK(world.reports.lines().at(0).text == "careful");
  CHECK(world.reports.lines().at(0).level == runtime::Level::warning);
}

TEST_CASE("a failure of a function is reported as it is") {
  World world;
  auto attempt = world.start([](const Attempt&, FunctionContext&) -> FunctionOutcome {
    return std::unexpected(runtime::Failure{.message = "no rows", .retryable = false});
  });
  CHECK(world.reports.failure_of(attempt).message == "no rows");
  CHECK_FALSE(world.reports.failure_of(attempt).retryable);
}

TEST_CASE("a function that finds nothing to do is reported as skipped") {
  World world;
  auto attempt = world.start([](const Attempt&, FunctionContext&) -> FunctionOutcome {
    return std::unexpected(Skipped{"no rows"});
  });
  CHECK(world.reports.end_of(attempt).how == "skipped");
  CHECK(world.reports.end_of(attempt).value == json("no rows"));
}

TEST_CASE("an element of a mapped task is run by the function of the task, also when it comes before it") {
  World world;
  auto echo = [](const Attempt& given, FunctionContext&) { return given.inputs; };
  auto early = attempt_of(1, 10), late = attempt_of(2, 20);
  early.task = "clean[0]";
  late.task = "clean[1]";
  world.executor->start(early, world.reports);
  world.executor->register_body(early.id.run, "clean", echo);
  world.executor->start(late, world.reports);
  CHECK(world.reports.value_of(early.id) == json(10));
  CHECK(world.reports.value_of(late.id) == json(20));
}

TEST_CASE("attempts that wait for their function leave the threads to others") {
  World world(2);
  CHECK(world.executor->capacity() == 2);
  auto orphan = attempt_of(1, nullptr);
  world.executor->start(orphan, world.reports);
  CHECK(world.executor->capacity() == 3);
  world.executor->cancel(orphan.id);
  CHECK(world.executor->capacity() == 2);
}

TEST_CASE("functions that return at once are given more of them ahead") {
  World world(2);
  for (int i = 0; i < 10'000 && world.executor->capacity() == 2; ++i) {
    world.reports.value_of(
        world.start([](const Attempt&, FunctionContext&) -> FunctionOutcome { return json(nullptr); }));
  }
  CHECK(*world.executor->capacity() > 2);
}

TEST_CASE("the key for the cache is made by the function that came with the task") {
  World world;
  auto body = [](const Attempt& given, FunctionContext&) { return given.inputs; };
  world.executor->register_body(1, "day", body,
                                [](const json& inputs) { return "day " + std::string(inputs.as_string()); });
  world.executor->register_body(1, "plain", body);
  CHECK(world.executor->cache_key(1, "day", "monday") == "day monday");
  CHECK_FALSE(world.executor->cache_key(1, "day", 7));  // it throws
  CHECK_FALSE(world.executor->cache_key(1, "plain", "monday"));
}

TEST_CASE("an exception is a failure that carries its type") {
  World world;
  auto thrown = world.start(
      [](const Attempt&, FunctionContext&) -> FunctionOutcome { throw std::out_of_range("row 7"); });
  CHECK(world.reports.failure_of(thrown).message == "std::out_of_range: row 7");
  auto odd = world.start([](const Attempt&, FunctionContext&) -> FunctionOutcome { throw 3; });
  CHECK(world.reports.failure_of(odd).message == "an exception that is no std::exception was thrown");
}

TEST_CASE("an attempt that comes before its function waits for it") {
  World world;
  auto attempt = attempt_of(1, {{"x", 1}});
  world.executor->start(attempt, world.reports);
  world.executor->register_body(attempt.id.run, attempt.task,
                                [](const Attempt& given, FunctionContext&) { return given.inputs; });
  CHECK(world.reports.value_of(attempt.id) == json{{"x", 1}});
}

TEST_CASE("a task whose function never comes fails for good") {
  World world;
  auto early = attempt_of(1, nullptr);
  world.executor->start(early, world.reports);
  world.executor->complete_run(early.id.run);
  CHECK(world.reports.failure_of(early.id).message == "the flow has no task 'task_1' any more");
  CHECK_FALSE(world.reports.failure_of(early.id).retryable);
  auto late = attempt_of(2, nullptr);
  world.executor->start(late, world.reports);
  CHECK_FALSE(world.reports.failure_of(late.id).retryable);
}

TEST_CASE("what a run's functions hold is released when the run has ended") {
  World world;
  auto held = std::make_shared<int>(7);
  std::weak_ptr<int> watched = held;
  auto attempt =
      world.start([held = std::move(held)](const Attempt&, FunctionContext&) { return json(*held); });
  CHECK(world.reports.value_of(attempt) == json(7));
  world.executor->run_ended(attempt.run);
  world.reports.wait_until([&] { return watched.expired(); });
}

TEST_CASE("functions run side by side up to the limit, and not beyond it") {
  World world(3);
  std::latch together(3);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<runtime::AttemptId> attempts;
  for (int i = 0; i < 30; ++i) {
    attempts.push_back(world.start([&, i](const Attempt&, FunctionContext&) -> FunctionOutcome {
      if (i < 3) together.arrive_and_wait();  // returns only when three are in here at once
      std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
      return json(i);
    }));
  }
  for (int i = 0; i < 30; ++i)
    CHECK(world.reports.value_of(attempts[static_cast<std::size_t>(i)]) == json(i));
  CHECK(threads.size() == 3);
}

TEST_CASE("a cancelled function is asked to stop, and what it gives later is ignored") {
  World world;
  auto attempt = world.start(wait_for_stop);
  world.reports.wait_for_log("waiting");
  world.executor->cancel(attempt);
  CHECK(world.reports.was_cancelled(attempt));
  world.reports.wait_for_log("stopped");
  world.executor.reset();
  CHECK(world.reports.ends_of(attempt) == 1);
}

TEST_CASE("a cancelled function that does not stop holds up neither its report nor other functions") {
  std::promise<void> release;
  auto released = release.get_future();  // both outlive the function
  World world(1);
  auto stubborn = world.start([&](const Attempt&, FunctionContext& context) -> FunctionOutcome {
    context.log(runtime::Level::info, "stubborn");
    released.wait();
    return json(nullptr);
  });
  world.reports.wait_for_log("stubborn");
  auto waiting = world.start([](const Attempt&, FunctionContext&) { return json("waited"); });
  world.executor->cancel(stubborn);
  CHECK(world.reports.was_cancelled(stubborn));
  CHECK(world.reports.value_of(waiting) == json("waited"));
  release.set_value();
  auto after = world.start([](const Attempt&, FunctionContext&) { return json("after"); });
  CHECK(world.reports.value_of(after) == json("after"));
}

TEST_CASE("functions that have not returned are named, whatever became of their attempts") {
  std::promise<void> release;
  auto released = release.get_future();  // both outlive the function
  World world;
  CHECK(world.executor->not_returned(1h).empty());
  auto stubborn = world.start([&](const Attempt&, FunctionContext& context) -> FunctionOutcome {
    context.log(runtime::Level::info, "stubborn");
    released.wait();
    return json(nullptr);
  });
  world.reports.wait_for_log("stubborn");
  world.executor->cancel(stubborn);
  CHECK(world.executor->not_returned(0s) == std::vector<std::string>{"task_1"});
  release.set_value();
  CHECK(world.executor->not_returned(1h).empty());
}

TEST_CASE("a function that is cancelled while it queues is never called") {
  World world(1);
  auto first = world.start(wait_for_stop);
  world.reports.wait_for_log("waiting");
  bool called = false;
  auto queued = world.start([&](const Attempt&, FunctionContext&) -> FunctionOutcome {
    called = true;
    return json(nullptr);
  });
  world.executor->cancel(queued);
  CHECK(world.reports.was_cancelled(queued));
  world.executor->cancel(first);
  world.executor.reset();
  CHECK_FALSE(called);
}

TEST_CASE("destroying the executor stops its functions without a report") {
  World world;
  auto attempt = world.start(wait_for_stop);
  world.reports.wait_for_log("waiting");
  world.executor.reset();
  CHECK(world.reports.ends_of(attempt) == 0);
}
