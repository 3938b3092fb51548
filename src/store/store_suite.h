// What every store promises, as one set of checks that each implementation runs.
#pragma once

#include <functional>
#include <memory>

#include <doctest/doctest.h>

#include "store/store.h"

namespace weir::store {

/// `open` opens the same store each time it is called; the one before is closed by then.
inline void check_store_promises(const std::function<std::unique_ptr<Store>()>& open) {
  using namespace core;
  Instant now{std::chrono::seconds{1'700'000'000}};
  auto store = open();
  auto begin = [&](const std::string& id, const std::string& name, std::vector<Fact> more = {}) {
    RunStarted started;
    started.id = id;
    started.name = name;
    started.flow = "tutorial";
    return store->begin_run(started, now, more).value();
  };

  SUBCASE("it keeps its identity") {
    auto id = store->id();
    CHECK(id.size() == 32);
    store.reset();
    store = open();
    CHECK(store->id() == id);
  }
  SUBCASE("a run that was begun is there after reopening, with its first events in order") {
    TaskSpec spec;
    spec.key = "a";
    spec.kind = "value";
    begin("0190aaaa", "brave-otter", {TaskAdded{spec}, GraphClosed{}});
    store.reset();
    store = open();
    auto found = store->find_run("brave-otter").value();
    CHECK(found.flow == "tutorial");
    CHECK(found.started == now);
    auto history = store->history(found.number).value();
    REQUIRE(history.size() == 3);
    CHECK(std::get<RunStarted>(history[0].fact).id == "0190aaaa");
    CHECK(std::get<TaskAdded>(history[1].fact).spec.key == "a");
    CHECK(std::holds_alternative<GraphClosed>(history[2].fact));
  }
  SUBCASE("histories of runs that are written in turns stay apart") {
    auto first = begin("0190aaaa", "brave-otter").number;
    auto second = begin("0190bbbb", "calm-lake").number;
    std::vector<Record> records;
    for (std::uint32_t i = 1; i <= 50; ++i) {
      records.push_back({first, {now, AttemptCrashed{0, i}}});
      records.push_back({second, {now, AttemptCrashed{1, i}}});
    }
    REQUIRE(store->append(records, false));
    REQUIRE(store->append(std::vector<Record>{{first, {now, RunFinished{RunState::failed}}}}, true));
    REQUIRE(store->append(std::vector<Record>{{second, {now, AttemptCrashed{1, 51}}}}, false));
    auto history = store->history(first).value();
    REQUIRE(history.size() == 52);
    for (std::uint32_t i = 1; i <= 50; ++i) CHECK(std::get<AttemptCrashed>(history[i].fact).number == i);
    CHECK(store->history(second).value().size() == 52);
  }
  SUBCASE("the end of a run shows in its summary") {
    auto run = begin("0190aaaa", "brave-otter");
    REQUIRE(store->append(std::vector<Record>{{run.number, {now, RunFinished{RunState::failed}}}}, false));
    auto found = store->find_run("0190aaaa").value();
    CHECK(found.state == RunState::failed);
    CHECK(found.finished == now);
  }
  SUBCASE("two runs do not share a name") {
    begin("0190aaaa", "brave-otter");
    auto second = begin("0190bbbb", "brave-otter");
    CHECK(second.name == "brave-otter-2");
    auto history = store->history(second.number).value();
    CHECK(std::get<RunStarted>(history[0].fact).name == "brave-otter-2");
  }
  SUBCASE("a run is found by name, id or the start of its id, and a slip names the nearest") {
    begin("0190aaaa", "brave-otter");
    begin("0190aabb", "calm-lake");
    CHECK(store->find_run("0190aabb").value().name == "calm-lake");
    CHECK(store->find_run("0190aaa").value().name == "brave-otter");
    CHECK(store->find_run("0190").error().code == Code::invalid);
    auto missing = store->find_run("brave-oter");
    CHECK(missing.error().code == Code::not_found);
    CHECK(missing.error().hint.find("brave-otter") != std::string::npos);
    CHECK(store->find_run("%").error().code == Code::not_found);
  }
  SUBCASE("lists show the newest first and no more than asked") {
    begin("0190aaaa", "one");
    begin("0190bbbb", "two");
    begin("0190cccc", "three");
    auto runs = store->list_runs(2).value();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].name == "three");
    CHECK(runs[1].name == "two");
  }
  SUBCASE("a run is held by one process at a time") {
    auto run = begin("0190aaaa", "brave-otter");
    CHECK_FALSE(store->is_leased(run));
    auto lease = store->lease(run);
    REQUIRE(lease);
    CHECK(store->is_leased(run));
    auto second = store->lease(run);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Code::conflict);
    lease->reset();
    CHECK(store->lease(run));
  }
}

}  // namespace weir::store
