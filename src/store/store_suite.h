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
    begin("0190aaaa", "brave-otter", {TaskAdded{std::make_shared<const TaskSpec>(spec)}, GraphClosed{}});
    store.reset();
    store = open();
    auto found = store->find_run("brave-otter").value();
    CHECK(found.flow == "tutorial");
    CHECK(found.started == now);
    auto history = store->history(found.number).value();
    REQUIRE(history.size() == 3);
    CHECK(std::get<RunStarted>(history[0].fact).id == "0190aaaa");
    CHECK(std::get<TaskAdded>(history[1].fact).spec->key == "a");
    CHECK(std::holds_alternative<GraphClosed>(history[2].fact));
  }
  SUBCASE("a child run is listed with the name of its parent, after reopening too") {
    begin("0190aaaa", "brave-otter");
    RunStarted child;
    child.id = "0190bbbb";
    child.name = "calm-lake";
    child.flow = "day";
    child.source = {{"face", "yaml"}, {"parent", {{"run", "brave-otter"}, {"task", "week"}}}};
    CHECK(store->begin_run(child, now, {}).value().parent == "brave-otter");
    store.reset();
    store = open();
    CHECK(store->find_run("calm-lake").value().parent == "brave-otter");
    auto runs = store->list_runs(2).value();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].parent == "brave-otter");
    CHECK(runs[1].parent.empty());
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
  SUBCASE("a long history is read in order, from the start or from where a reader was") {
    auto run = begin("0190aaaa", "brave-otter").number;
    auto other = begin("0190bbbb", "calm-lake").number;
    std::vector<std::uint32_t> seen;
    auto note = [&](const Event& event) {
      if (const auto* crash = std::get_if<AttemptCrashed>(&event.fact)) seen.push_back(crash->number);
    };
    std::int64_t position = 0;
    std::uint32_t next = 1;
    for (std::uint32_t size : {1U, 4000U, 1U, 999U, 0U}) {
      std::vector<Record> records;
      for (std::uint32_t i = 0; i < size; ++i) {
        records.push_back({run, {now, AttemptCrashed{0, next++}}});
        records.push_back({other, {now, AttemptCrashed{1, 0}}});
      }
      REQUIRE(store->append(records, false));
      position = store->read_history(run, position, note).value();
    }
    REQUIRE(seen.size() == next - 1);
    for (std::uint32_t i = 1; i < next; ++i) CHECK(seen[i - 1] == i);
    seen.clear();
    REQUIRE(store->read_history(run, 0, note));
    CHECK(seen.size() == next - 1);
  }
  SUBCASE("who reads a history may append while reading") {
    auto run = begin("0190aaaa", "brave-otter").number;
    bool appended = false;
    auto read = store->read_history(run, 0, [&](const Event&) {
      if (appended) return;
      appended = true;
      CHECK(store->append(std::vector<Record>{{run, {now, CancelRequested{}}}}, true));
    });
    CHECK(read);
    CHECK(store->history(run).value().size() == 2);
  }
  SUBCASE("a run that is not there has no history") {
    CHECK(store->read_history(99, 0, [](const Event&) {}).error().code == Code::not_found);
  }
  SUBCASE("the end of a run shows in its summary") {
    auto run = begin("0190aaaa", "brave-otter");
    REQUIRE(store->append(std::vector<Record>{{run.number, {now, RunFinished{RunState::failed}}}}, false));
    auto found = store->find_run("0190aaaa").value();
    CHECK(found.state == RunState::failed);
    CHECK(found.finished == now);
  }
  SUBCASE("a run that was reopened is running again, and its history goes on where it ended") {
    auto run = begin("0190aaaa", "brave-otter");
    auto append = [&](Fact fact) {
      REQUIRE(store->append(std::vector<Record>{{run.number, {now, std::move(fact)}}}, false));
    };
    append(RunFinished{RunState::failed});
    begin("0190bbbb", "calm-lake");
    append(RunReopened{});
    auto found = store->find_run("brave-otter").value();
    CHECK(found.state == RunState::running);
    CHECK_FALSE(found.finished);
    CHECK(store->request(run.number, "cancel", now));
    CHECK(store->history(run.number).value().size() == 3);
    append(RunFinished{RunState::succeeded});
    CHECK(store->find_run("brave-otter").value().state == RunState::succeeded);
    auto history = store->history(run.number).value();
    REQUIRE(history.size() == 4);
    CHECK(std::get<RunFinished>(history[3].fact).state == RunState::succeeded);
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
  SUBCASE("a request to a run waits, over a reopening too, until it is acknowledged with its events") {
    auto run = begin("0190aaaa", "brave-otter");
    auto other = begin("0190bbbb", "calm-lake");
    REQUIRE(store->request(run.number, {{"cancel", true}}, now));
    REQUIRE(store->request(other.number, {{"pause", 1}}, now));
    REQUIRE(store->request(run.number, {{"pause", 2}}, now));
    store.reset();
    store = open();
    auto all = store->requests_after(0).value();
    REQUIRE(all.size() == 3);
    CHECK(all[0].run == run.number);
    CHECK(all[0].at == now);
    CHECK(all[0].body == json{{"cancel", true}});
    CHECK(store->requests_after(all[1].number).value().size() == 1);
    CHECK(store->requests_of(run.number).value().size() == 2);

    std::vector<Record> records{{run.number, {now, CancelRequested{}}}};
    std::vector<std::int64_t> answered{all[0].number};
    REQUIRE(store->append({.records = records, .acknowledged = answered, .sync = true}));
    auto left = store->requests_of(run.number).value();
    REQUIRE(left.size() == 1);
    CHECK(left[0].body == json{{"pause", 2}});
    CHECK(store->history(run.number).value().size() == 2);
  }
  SUBCASE("numbers of requests are not used again") {
    auto run = begin("0190aaaa", "brave-otter");
    REQUIRE(store->request(run.number, "first", now));
    std::vector<std::int64_t> answered{store->requests_after(0).value().at(0).number};
    REQUIRE(store->append({.acknowledged = answered}));
    REQUIRE(store->request(run.number, "second", now));
    CHECK(store->requests_after(answered[0]).value().size() == 1);
  }
  SUBCASE("the end of a run takes its requests with it, and an ended or unknown run accepts none") {
    auto run = begin("0190aaaa", "brave-otter");
    REQUIRE(store->request(run.number, "cancel", now));
    REQUIRE(store->append(std::vector<Record>{{run.number, {now, RunFinished{RunState::failed}}}}, false));
    CHECK(store->requests_after(0).value().empty());
    auto late = store->request(run.number, "cancel", now);
    CHECK(late.error().code == Code::conflict);
    CHECK(late.error().message.find("brave-otter") != std::string::npos);
    CHECK(store->request(99, "cancel", now).error().code == Code::not_found);
  }
  SUBCASE("a cached result is answered until it expires, and a newer one takes its place") {
    auto keep = [&](json value, Instant made, std::optional<Instant> expires) {
      std::vector<CacheEntry> entries{{"key", {"0190aaaa", "sum", std::move(value), made, expires}}};
      REQUIRE(store->append({.cache = entries}));
    };
    CHECK_FALSE(store->cached("key", now).value());
    keep({1, 2}, now, now + std::chrono::seconds{60});
    store.reset();
    store = open();
    auto found = store->cached("key", now + std::chrono::seconds{59}).value();
    REQUIRE(found);
    CHECK(found->value == json{1, 2});
    CHECK(found->run_id == "0190aaaa");
    CHECK(found->task == "sum");
    CHECK(found->made_at == now);
    CHECK(found->expires_at == now + std::chrono::seconds{60});
    CHECK_FALSE(store->cached("key", now + std::chrono::seconds{60}).value());
    CHECK_FALSE(store->cached("other", now).value());

    keep("newer", now + std::chrono::seconds{1}, {});
    keep("older", now, {});
    auto newest = store->cached("key", now + std::chrono::hours{10'000}).value();
    REQUIRE(newest);
    CHECK(newest->value == json("newer"));
    CHECK_FALSE(newest->expires_at);
  }
  SUBCASE("limits are kept by name, changed and taken away") {
    REQUIRE(store->set_limit("gpu", 4));
    REQUIRE(store->set_limit("database", 10));
    REQUIRE(store->set_limit("gpu", 2));
    store.reset();
    store = open();
    auto limits = store->limits().value();
    REQUIRE(limits.size() == 2);
    CHECK(limits[0].name == "database");
    CHECK(limits[1].name == "gpu");
    CHECK(limits[1].slots == 2);
    REQUIRE(store->set_limit("gpu", std::nullopt));
    CHECK(store->limits().value().size() == 1);
    CHECK(store->set_limit("gpu", -1).error().code == Code::invalid);
    CHECK(store->set_limit("", 1).error().code == Code::invalid);
  }
  SUBCASE("lists are narrowed by flow, state and time, and go on page by page") {
    auto start = [&](const std::string& id, const std::string& flow, std::chrono::seconds after) {
      RunStarted started;
      started.id = started.name = id;
      started.flow = flow;
      return store->begin_run(started, now + after, {}).value();
    };
    using std::chrono::seconds;
    auto a = start("a", "load", seconds{1});
    start("b", "load", seconds{2});
    start("c", "report", seconds{2});
    start("d", "load", seconds{3});
    REQUIRE(store->append(std::vector<Record>{{a.number, {now, RunFinished{RunState::failed}}}}, false));
    auto names = [&](const RunFilter& filter) {
      std::string all;
      for (const auto& run : store->list_runs(filter).value()) all += run.name;
      return all;
    };
    CHECK(names({}) == "dcba");
    CHECK(names({.flow = "load"}) == "dba");
    CHECK(names({.state = RunState::failed}) == "a");
    CHECK(names({.flow = "load", .state = RunState::running}) == "db");
    CHECK(names({.flow = "report", .state = RunState::failed}).empty());
    CHECK(names({.started_since = now + seconds{2}}) == "dcb");
    CHECK(names({.limit = 0}).empty());
    std::string paged;
    RunFilter filter{.limit = 1};
    for (auto page = store->list_runs(filter).value(); !page.empty();
         page = store->list_runs(filter).value()) {
      paged += page[0].name;
      filter.older_than = page[0];
    }
    CHECK(paged == "dcba");
  }
  SUBCASE("a prune removes the finished runs that were asked for, and everything about them") {
    using std::chrono::seconds;
    auto finish = [&](const RunSummary& run, seconds after) {
      std::vector<Record> records{{run.number, {now + after, RunFinished{RunState::succeeded}}}};
      REQUIRE(store->append(records, false));
    };
    auto old = begin("0190aaaa", "old");
    auto live = begin("0190bbbb", "live");
    auto held = begin("0190cccc", "held");
    auto young = begin("0190dddd", "young");
    std::vector<CacheEntry> entries{{"of-old", {"0190aaaa", "t", 1, now, {}}},
                                    {"timed", {"0190aaaa", "t", 2, now, now + seconds{500}}},
                                    {"expired", {"0190dddd", "t", 3, now, now + seconds{50}}}};
    std::vector<Record> records{{old.number, {now, AttemptCrashed{0, 1}}},
                                {live.number, {now, AttemptCrashed{0, 2}}}};
    REQUIRE(store->append({.records = records, .cache = entries}));
    finish(old, seconds{1});
    finish(held, seconds{1});
    finish(young, seconds{90});
    auto lease = store->lease(held);

    PruneOptions options{.finished_before = now + seconds{60}, .now = now + seconds{100}};
    options.dry_run = true;
    std::vector<std::string> forgotten;
    auto forget = [&](const RunSummary& run) { forgotten.push_back(run.id); };
    auto preview = store->prune(options, forget).value();
    REQUIRE(preview.runs.size() == 1);
    CHECK(preview.runs[0].name == "old");
    CHECK(preview.cached_results == 2);
    CHECK(forgotten.empty());
    CHECK(store->list_runs(10).value().size() == 4);

    options.dry_run = false;
    auto pruned = store->prune(options, forget).value();
    CHECK(pruned.runs.size() == 1);
    CHECK(pruned.cached_results == 2);
    CHECK(forgotten == std::vector<std::string>{"0190aaaa"});
    CHECK(store->list_runs(10).value().size() == 3);
    CHECK(store->read_history(old.number, 0, [](const Event&) {}).error().code == Code::not_found);
    CHECK(store->history(live.number).value().size() == 2);
    CHECK_FALSE(store->cached("of-old", now).value());
    CHECK(store->cached("timed", now).value());
    CHECK(begin("0190eeee", "new").number > young.number);
    lease->reset();
    CHECK(store->prune(options, forget).value().runs.size() == 1);
  }
  SUBCASE("a prune keeps the newest finished runs of each flow when asked") {
    for (std::string flow : {"load", "report"}) {
      for (std::string index : {"1", "2", "3"}) {
        RunStarted started;
        started.id = started.name = flow + index;
        started.flow = flow;
        auto run = store->begin_run(started, now, {}).value();
        REQUIRE(store->append(std::vector<Record>{{run.number, {now, RunFinished{}}}}, false));
      }
    }
    auto pruned = store->prune({.keep_newest = 2, .now = now}, [](const RunSummary&) {}).value();
    REQUIRE(pruned.runs.size() == 2);
    CHECK(pruned.runs[0].name == "report1");
    CHECK(pruned.runs[1].name == "load1");
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
