// A real engine and store; the worker is the test (test_peer.h), which says what a body would.
#include "foreign/flow_body.h"

#include "base/scratch.h"
#include "foreign/executor.h"
#include "foreign/test_peer.h"

using namespace weir;
using namespace weir::foreign;
using namespace weir::foreign::testing;

namespace {

/// One life of an engine, which is given up with it.
class Life {
 public:
  explicit Life(const std::filesystem::path& state, const std::string& resumes = "")
      : store_(store::open_sqlite_store(state, random_).value()),
        locks_(store::slot_locks_in(state / "limits")),
        log_(state / "logs"),
        results_(store::result_files_in(state / "results")) {
    std::vector<std::unique_ptr<runtime::Executor>> executors;
    for (auto place : places) executors.push_back(std::make_unique<ForeignExecutor>(fleet_, place));
    engine_ = std::make_unique<runtime::Engine>(
        runtime::Surroundings{*loop, clock_, random_, *store_, *locks_, log_, *results_},
        std::move(executors));
    body_ = std::make_unique<FlowBody>(*loop, *engine_, *fleet_, events());
    core::RunStarted about;
    about.flow = "daily";
    auto slot = resumes.empty() ? engine_->start(about, {}, false) : engine_->resume(resumes);
    REQUIRE(slot);
    slot_ = *slot;
    connect();
  }

  /// A worker, or another one in the place of one that is gone.
  void connect() {
    peer = std::make_unique<Peer>(*loop);
    fleet_->adopt_body(peer->take_socket(), *body_);
    fleet_->set_room(1, 1);
    body_->begin(slot_, true, false, "results");
    peer->next("begin");
  }

  void turn_until(const std::function<bool()>& holds) { testing::turn_until(*loop, holds); }
  const core::Run& run() const { return engine_->run(slot_); }

  /// Declares a task of this key with these arguments.
  void declare(const std::string& key, const std::string& arguments = "{}", const std::string& more = "") {
    peer->say(R"({"type":"task","at":"flow.py:3","spec":{"key":")" + key +
              R"(","kind":"python","inputs":{"function":"f","arguments":)" + arguments + "}" + more + "}}");
  }

  /// Waits for an attempt of the task, which succeeds with this value.
  void succeed(const std::string& task, const std::string& value) {
    json start = peer->next("start");
    CHECK(start.at("task") == json(task));
    peer->say(R"({"type":"succeeded","us":5,"id":)" + to_text(start.at("id")) + R"(,"value":)" + value + "}");
  }

  std::unique_ptr<Loop> loop = make_loop();
  std::unique_ptr<Peer> peer{};
  std::vector<std::string> printed{};
  json returned{};
  int gone = 0;

 private:
  BodyEvents events() {
    return {.print = [this](process::Stream, const std::string& text) { printed.push_back(text); },
            .interrupt = [] {},
            .closed = [this](json value) { returned = std::move(value); },
            .gone =
                [this](const std::string&) {
                  ++gone;
                  return true;
                },
            .other = [](std::string_view, json&) {}};
  }

  SystemClock clock_{};
  SystemRandom random_{};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::SlotLocks> locks_;
  store::TaskLog log_;
  std::unique_ptr<store::ResultFiles> results_;
  std::shared_ptr<Fleet> fleet_ = std::make_shared<Fleet>(*loop);
  std::unique_ptr<runtime::Engine> engine_;
  std::unique_ptr<FlowBody> body_;
  runtime::RunSlot slot_ = 0;
};

}  // namespace

TEST_CASE(
    "a body declares tasks, is told how they end, asks for results, and its run ends when it has returned") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load");
  life.succeed("load", "42");
  json ended = life.peer->next("ended");
  CHECK(ended.at("task") == json("load"));
  CHECK(ended.at("state") == json("succeeded"));
  life.peer->say(R"({"type":"value","task":"load"})");
  CHECK(life.peer->next("value").at("value") == json(42));
  life.peer->say(R"({"type":"close","returned":[42]})");
  life.turn_until([&] { return is_terminal(life.run().state()); });
  CHECK(life.run().state() == core::RunState::succeeded);
  CHECK(life.returned == json(JsonArray{42}));
}

TEST_CASE("what a task waits for is filled in when it starts") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load");
  life.declare("count", R"({"rows":{"$":["tasks","load","result"]}})", R"(,"upstreams":["load"])");
  life.succeed("load", "[1,2]");
  CHECK(life.peer->next("start").at("inputs").at("arguments") == json{{"rows", JsonArray{1, 2}}});
}

TEST_CASE("a failure and a skip are told with their reasons") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load");
  json start = life.peer->next("start");
  life.peer->say(R"({"type":"failed","id":)" + to_text(start.at("id")) +
                 R"(,"us":1,"failure":{"message":"ValueError: boom"}})");
  CHECK(life.peer->next("ended").at("failure").at("message") == json("ValueError: boom"));
  life.declare("tidy");
  start = life.peer->next("start");
  life.peer->say(R"({"type":"skipped","id":)" + to_text(start.at("id")) + R"(,"reason":"no rows"})");
  json ended = life.peer->next("ended");
  CHECK(ended.at("state") == json("skipped"));
  CHECK(string_or(ended, "reason", "").contains("no rows"));
}

TEST_CASE(
    "a body that is replayed is told the ends of before in their order, all of them before it is synced") {
  Scratch scratch;
  std::string name;
  std::vector<json> orders;
  {
    Life life(scratch.path());
    name = life.run().about().name;
    for (const char* task : {"a", "b"}) {
      life.declare(task);
      life.succeed(task, "1");
      orders.push_back(life.peer->next("ended").at("order"));
    }
  }
  Life life(scratch.path(), name);
  life.declare("b");
  life.declare("a");
  life.peer->say(R"({"type":"sync","id":7})");
  CHECK(life.peer->next("synced").at("id") == json(7));
  CHECK(life.peer->count_of("ended") == 2);
  CHECK(life.peer->count_of("start") == 0);
  for (const auto& message : life.peer->heard) {
    if (message.at("type") == json("ended")) {
      CHECK(message.at("order") == orders[message.at("task") == json("a") ? 0 : 1]);
    }
  }
}

TEST_CASE("a task that is declared in two ways ends the graph with an error that names its place") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load", R"({"day":1})");
  life.declare("load", R"({"day":2})");
  life.succeed("load", "1");
  life.turn_until([&] { return is_terminal(life.run().state()); });
  REQUIRE(life.run().body_error());
  CHECK(life.run().body_error()->message == "flow.py:3: task 'load' is declared twice, and differently");
}

TEST_CASE(
    "a resumed attempt waits until the body has come to its task, and does not keep that from happening") {
  Scratch scratch;
  std::string name;
  {
    Life life(scratch.path());
    name = life.run().about().name;
    life.declare("late");
    life.peer->next("start");
    life.declare("early");
    life.peer->say(R"({"type":"sync","id":1})");
    life.peer->next("synced");
  }
  Life life(scratch.path(), name);
  life.declare("early");  // and only its end leads the body to the other one, which was first in the line
  life.succeed("early", "1");
  CHECK(life.peer->next("ended").at("task") == json("early"));
  CHECK(life.peer->count_of("start") == 1);
  life.declare("late");
  CHECK(life.peer->next("start").at("task") == json("late"));
}

TEST_CASE("what the body has not come to when it has returned is handed over, for the worker to fail it") {
  Scratch scratch;
  std::string name;
  {
    Life life(scratch.path());
    name = life.run().about().name;
    life.declare("gone");
    life.peer->next("start");
  }
  Life life(scratch.path(), name);
  life.peer->say(R"({"type":"close"})");
  CHECK(life.peer->next("start").at("task") == json("gone"));
}

TEST_CASE(
    "a worker that takes the place of another hears of what had ended, and what was lost starts again") {
  Scratch scratch;
  Life life(scratch.path());
  for (const char* task : {"a", "b"}) life.declare(task);
  life.succeed("a", "1");
  CHECK(life.peer->next("start").at("task") == json("b"));
  life.peer->leave();
  life.turn_until([&] { return life.gone == 1; });
  life.connect();
  for (const char* task : {"a", "b"}) life.declare(task);
  json start = life.peer->next("start");
  CHECK(start.at("task") == json("b"));
  CHECK(start.at("number") == json(2));
  CHECK(life.peer->count_of("ended") == 1);
}

TEST_CASE("the ends of a mapped task's elements are told to those who watch it, each once") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load");
  life.declare("each", R"({"n":{"$":["item"]}})",
               R"(,"upstreams":["load"],"map":{"$":["tasks","load","result"]})");
  life.peer->say(R"({"type":"watch","task":"each"})");
  life.succeed("load", "[10,20]");
  CHECK(life.peer->next("expanded").at("count") == json(2));
  for (const char* element : {"each[0]", "each[1]"}) life.succeed(element, "1");
  life.turn_until([&] {
    life.peer->read();
    return life.peer->count_of("ended") == 4;
  });
  std::vector<json> elements;
  for (const auto& message : life.peer->heard) {
    if (const json* element = find(message, "element")) elements.push_back(*element);
  }
  CHECK(elements == std::vector<json>{0, 1});
  life.peer->say(R"({"type":"value","task":"each","element":1})");
  CHECK(life.peer->next("value").at("element") == json(1));
}

TEST_CASE("an impossible declaration ends the graph with an error that names its place") {
  Scratch scratch;
  Life life(scratch.path());
  life.declare("load", "{}", R"(,"upstreams":["lode"])");
  life.turn_until([&] { return is_terminal(life.run().state()); });
  REQUIRE(life.run().body_error());
  CHECK(life.run().body_error()->message.contains("flow.py:3"));
}

TEST_CASE("declarations and requests of odd shapes do no harm") {
  Scratch scratch;
  Life life(scratch.path());
  for (const char* odd : {R"({"type":"task"})", R"({"type":"value"})",
                          R"({"type":"value","task":"nobody","element":"x"})", R"({"type":"watch","task":3})",
                          R"({"type":"ask","what":["cancel"]})", R"({"type":"print","text":5})"}) {
    life.peer->say(odd);
  }
  life.peer->say(R"({"type":"sync","id":1})");
  life.peer->next("synced");
  life.declare("load");
  life.succeed("load", "1");
  life.peer->next("ended");
  for (const char* odd : {R"({"type":"task","spec":5})", R"({"type":"close","failure":5})"})
    life.peer->say(odd);
  life.turn_until([&] { return is_terminal(life.run().state()); });
  CHECK(life.run().state() == core::RunState::failed);
}

TEST_CASE("what the body prints is passed on") {
  Scratch scratch;
  Life life(scratch.path());
  life.peer->say(R"({"type":"print","stream":"out","text":"hello"})");
  life.turn_until([&] { return !life.printed.empty(); });
  CHECK(life.printed.front() == "hello");
}
