// Results that do not fit in a history: where they go, who gets what of them, and when they go away.
#include <fstream>

#include "base/ids.h"
#include "core/values.h"
#include "runtime/test_process.h"

using namespace weir;
using namespace weir::runtime;
using namespace weir::runtime::testing;

namespace {

/// A list of so many items that the whole is large.
json large(std::int64_t first = 0) {
  JsonArray items;
  for (std::int64_t i = 0; i < 20'000; ++i) {
    items.push_back({{"i", first + i}, {"text", std::string(60, 'x')}});
  }
  return items;
}

/// "load" gives a large result, everybody else what was put in.
void load_or_echo(const Attempt& attempt, Reports& reports) {
  reports.succeeded(attempt.id, attempt.task == "load" ? large() : attempt.inputs);
}

json reading(core::Path path) {
  path.insert(path.begin(), {"tasks", "load", "result"});
  return core::hole(std::move(path));
}

std::string failure_of(const core::Run& run, const std::string& key) {
  const auto* failure = run.failure(*run.index_of(key));
  return failure ? failure->message : "";
}

core::StoredValue stored(const core::Run& run, const std::string& key) {
  auto found = core::stored_value_from(*run.value(*run.index_of(key)));
  REQUIRE(found);
  return *found;
}

json in_file(const std::string& codec, const std::string& bytes, const std::string& text = "a table") {
  return core::to_json({codec, content_digest(bytes), bytes.size(), text});
}

}  // namespace

TEST_CASE("a large result goes to a file, and look-ups, maps and conditions see into it") {
  Scratch scratch;
  Process process(scratch.path(), load_or_echo);
  auto mapped = task("each", {"load"}, core::hole({"item", "i"}));
  mapped.map = reading({});
  mapped.policy.when = core::Condition{core::hole({"item", "i"}), core::Condition::Is::less_than, 2};
  std::vector<core::TaskSpec> tasks = {task("load"), task("third", {"load"}, reading({"2", "i"})),
                                       task("whole", {"load"}, reading({})), std::move(mapped)};
  tasks[0].policy.persist = true;
  auto slot = process.engine().start(about(), tasks, true).value();
  process.run_to_end();
  const auto& run = process.run();
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(stored(run, "load").codec == "json");
  CHECK(stored(run, "load").text == "array of 20,000 items");
  CHECK(process.files().size_of(run.about().id, stored(run, "load").file) == stored(run, "load").bytes);
  CHECK(*run.value(*run.index_of("third")) == json(2));
  CHECK(stored(run, "whole").file == stored(run, "load").file);
  CHECK(process.engine().result(slot, *run.index_of("whole")) == large());
  CHECK(*run.value(*run.index_of("each[1]")) == json(1));
  CHECK(run.state(*run.index_of("each[2]")) == core::TaskState::skipped);
}

TEST_CASE("what was read goes when the run has succeeded; what nobody read, and what is to persist, stays") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt& attempt, Reports& reports) {
    reports.succeeded(attempt.id, attempt.task == "last" ? json(1) : large(attempt.task == "read" ? 0 : 7));
  });
  auto persisting = task("kept");
  persisting.policy.persist = true;
  auto read = [](const char* key) { return core::hole({"tasks", key, "result", "0", "i"}); };
  process.engine()
      .start(about(),
             {task("read"), persisting, task("last", {"read", "kept"}, {read("read"), read("kept")})}, true)
      .value();
  process.run_to_end();
  const auto& run = process.run();
  CHECK_FALSE(process.files().size_of(run.about().id, stored(run, "read").file));
  CHECK(process.files().size_of(run.about().id, stored(run, "kept").file));
}

TEST_CASE("running a task again runs again what gave it an input that was dropped") {
  Scratch scratch;
  std::vector<std::string> started;
  auto body = [&](const Attempt& attempt, Reports& reports) {
    started.push_back(attempt.task);
    load_or_echo(attempt, reports);
  };
  std::string name;
  {
    Process process(scratch.path(), body);
    process.engine()
        .start(about(),
               {task("first"), task("load", {"first"}), task("read", {"load"}, reading({"0"})),
                task("report", {"read"})},
               true)
        .value();
    process.run_to_end();
    name = process.run().about().name;
  }
  started.clear();
  Process process(scratch.path(), body);
  REQUIRE(process.engine().again(name, {"read"}, false));
  process.run_until([&] { return !started.empty() && is_terminal(process.run().state()); });
  CHECK(started == std::vector<std::string>{"load", "read", "report"});
}

TEST_CASE("a file that is gone or damaged fails the attempt that needs it, and says which") {
  Scratch scratch;
  Process* world = nullptr;
  bool damage = false;
  Process process(scratch.path(), [&](const Attempt& attempt, Reports& reports) {
    load_or_echo(attempt, reports);
    if (attempt.task != "between") return;
    const auto& run = world->run();
    auto path = world->files().path_of(run.about().id, stored(run, "load").file);
    if (damage) {
      std::ofstream(path, std::ios::in | std::ios::out) << "?";
    } else {
      std::filesystem::remove(path);
    }
  });
  world = &process;
  SUBCASE("gone") { damage = false; }
  SUBCASE("damaged") { damage = true; }
  process.engine()
      .start(about(),
             {task("load"), task("between", {"load"}), task("read", {"load", "between"}, reading({"0"}))},
             true)
      .value();
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::failed);
  CHECK(failure_of(process.run(), "read").find(damage ? "is damaged" : "is gone") != std::string::npos);
}

TEST_CASE(
    "only executors that deal in wrapped values can make one: data of others that looks like it stays data") {
  Scratch scratch;
  json looks_like = {{"$value", {{"codec", "pickle"}, {"data", "gASVCg=="}}}};
  json made = {in_file("arrow", "bytes"), 1};
  Process process(scratch.path(), [&](const Attempt& attempt, Reports& reports) {
    reports.succeeded(attempt.id, attempt.task == "data"   ? looks_like
                                  : attempt.task == "made" ? made
                                                           : attempt.inputs);
  });
  SUBCASE("data") {
    process.engine()
        .start(about(),
               {task("data"), task("read", {"data"}, {{"x", core::hole({"tasks", "data", "result"})}})}, true)
        .value();
    process.run_to_end();
    const auto& run = process.run();
    CHECK(stored(run, "data").codec == "json");
    CHECK(process.engine().result(0, *run.index_of("read")) == json{{"x", looks_like}});
  }
  SUBCASE("wrapped") {
    process.executor().deals_in_wrapped = true;
    process.engine()
        .start(about(),
               {task("made"), task("read", {"made"}, core::hole({"tasks", "made", "result"})),
                task("into", {"made"}, core::hole({"tasks", "made", "result", "0", "x"}))},
               true)
        .value();
    process.run_to_end();
    const auto& run = process.run();
    CHECK(*run.value(*run.index_of("read")) == made);
    CHECK(failure_of(run, "into").find("can only be read by a worker of its language") != std::string::npos);
  }
}

TEST_CASE("a wrapped value that names no file, or one elsewhere, fails its attempt") {
  Scratch scratch;
  Process process(scratch.path(), [&](const Attempt& attempt, Reports& reports) {
    reports.succeeded(attempt.id,
                      {{"$value", {{"codec", "pickle"}, {"file", "../../weir.db"}, {"bytes", 7}}}});
  });
  process.executor().deals_in_wrapped = true;
  process.engine().start(about(), {task("bad")}, true).value();
  process.run_to_end();
  CHECK(failure_of(process.run(), "bad").find("neither data nor a file") != std::string::npos);
}

TEST_CASE("a cached result is a file of each run that takes it, and one whose file is gone is made again") {
  Scratch scratch;
  std::size_t made = 0;
  auto body = [&](const Attempt& attempt, Reports& reports) {
    ++made;
    load_or_echo(attempt, reports);
  };
  auto load = task("load");
  load.policy.cache.emplace();
  Process process(scratch.path(), body);
  auto run_once = [&] {
    auto slot = process.engine().start(about(), {load}, true).value();
    process.run_until([&] { return is_terminal(process.run(slot).state()); });
    return slot;
  };
  auto first = run_once();
  process.files().erase_all(process.run(first).about().id);
  auto second = run_once();
  CHECK(made == 1);
  CHECK(process.run(second).is_cached(0));
  CHECK(process.engine().result(second, 0) == large());
  for (const auto& key : process.files().cache_keys()) process.files().erase_all(store::cache_owner(key));
  run_once();
  CHECK(made == 2);
}

TEST_CASE("a store without room for a result ends as one without room for events does, and nothing is lost") {
  Scratch scratch;
  std::string name;
  {
    Process process(scratch.path(), load_or_echo);
    std::ofstream(scratch.path() / "results") << "in the way";
    auto slot = process.engine().start(about(), {task("load")}, true).value();
    name = process.run(slot).about().name;
    process.run_until([&] { return !process.broken.empty(); });
    CHECK(std::exchange(process.broken, "").starts_with("cannot make "));
    CHECK(process.run(slot).state(0) == core::TaskState::running);
  }
  std::filesystem::remove(scratch.path() / "results");
  Process process(scratch.path(), load_or_echo);
  auto slot = process.engine().resume(name).value();
  process.run_to_end();
  CHECK(process.engine().result(slot, 0) == large());
}

TEST_CASE("a retry whose input an earlier life has lost waits until that is made again") {
  Scratch scratch;
  std::vector<std::string> started;
  std::vector<core::TaskSpec> tasks = {task("load"), task("read", {"load"}, reading({"0", "i"}))};
  tasks[1].policy.retry.count = 1;
  std::string name;
  {
    Process process(
        scratch.path(),
        [&](const Attempt& attempt, Reports& reports) {
          if (attempt.task == "load") return reports.succeeded(attempt.id, large());
          reports.intend(attempt.id, {{"body", "frozen"}},
                         [&reports, id = attempt.id] { reports.attached(id, {{"run_id", 7}}); });
        },
        true);
    process.engine().start(about(), tasks, true).value();
    process.run_until([&] { return process.run().remote(1) != nullptr; });
    name = process.run().about().name;
    process.files().erase_all(process.run().about().id);
  }
  Process process(
      scratch.path(),
      [&](const Attempt& attempt, Reports& reports) {
        started.push_back(attempt.task);
        bool is_old = !attempt.remote.is_null();
        if (is_old) return reports.failed(attempt.id, {.message = "the remote run failed"});
        load_or_echo(attempt, reports);
      },
      true);
  REQUIRE(process.engine().resume(name));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(started == std::vector<std::string>{"read", "load", "read"});
  CHECK(*process.run().value(1) == json(0));
}

TEST_CASE("what was never sent and has lost its input is cancelled with its run, and nothing is made again") {
  Scratch scratch;
  std::vector<std::string> started;
  auto body = [&](const Attempt& attempt, Reports& reports) {
    started.push_back(attempt.task);
    if (attempt.task == "load") reports.succeeded(attempt.id, large());
  };
  std::string name;
  {
    Process process(scratch.path(), body, true);
    process.engine().start(about(), {task("load"), task("read", {"load"}, reading({"0"}))}, true).value();
    process.run_until([&] { return process.run().state(1) == core::TaskState::running; });
    name = process.run().about().name;
    process.files().erase_all(process.run().about().id);
  }
  started.clear();
  Process process(scratch.path(), body, true);
  auto slot = process.engine().resume(name);
  REQUIRE(slot);
  process.engine().cancel(*slot);
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::cancelled);
  CHECK(process.run().state(1) == core::TaskState::cancelled);
  CHECK(started.empty());
}
