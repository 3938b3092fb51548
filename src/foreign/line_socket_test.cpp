#include "foreign/line_socket.h"

#include <algorithm>

#include "foreign/test_peer.h"

using namespace weir;
using namespace weir::foreign;
using namespace weir::foreign::testing;

namespace {

struct World {
  std::unique_ptr<Loop> loop = make_loop();
  Peer peer{*loop};
  std::vector<std::string> heard{};
  std::size_t batches = 0;
  std::optional<std::string> ended{};
  std::function<void()> on_message = [] {};
  std::unique_ptr<LineSocket> socket =
      std::make_unique<LineSocket>(*loop, peer.take_socket(),
                                   SocketEvents{.on_message =
                                                    [this](json& message) {
                                                      heard.push_back(to_text(message));
                                                      on_message();
                                                    },
                                                .on_batch = [this] { ++batches; },
                                                .on_end =
                                                    [this](const std::string& why) {
                                                      CHECK_FALSE(ended);
                                                      ended = why;
                                                    }});

  void turn_until(const std::function<bool()>& holds) { testing::turn_until(*loop, holds); }
};

}  // namespace

TEST_CASE("all that is said in one turn of the loop goes out as one line, in its order") {
  World world;
  for (int i = 0; i < 3; ++i) world.socket->send(R"({"type":"n","n":)" + std::to_string(i) + "}");
  world.peer.next("n");
  CHECK(world.peer.lines ==
        std::vector<std::string>{R"([{"type":"n","n":0},{"type":"n","n":1},{"type":"n","n":2}])"});
}

TEST_CASE("a line is one message or an array of them, taken in their order, and then the batch is told") {
  World world;
  world.peer.say(R"({"a":1})");
  world.peer.say(R"([{"b":1},{"b":2}])");
  world.turn_until([&] { return world.heard.size() == 3; });
  CHECK(world.heard == std::vector<std::string>{R"({"a":1})", R"({"b":1})", R"({"b":2})"});
  CHECK(world.batches > 0);
}

TEST_CASE("a line that comes in pieces is taken once it is whole, however long it is") {
  World world;
  std::string text(3'000'000, 'x');
  world.peer.say("\"" + text + "\"");
  world.turn_until([&] { return !world.heard.empty(); });
  CHECK(world.heard.front().size() == text.size() + 2);
}

TEST_CASE("what is no message ends the conversation and says why") {
  for (const char* line : {"what?", "", "{\"a\":1", "[1,]", "\xff\xfe"}) {
    CAPTURE(line);
    World world;
    world.peer.say(line);
    world.turn_until([&] { return world.ended.has_value(); });
    CHECK(world.ended->contains("no JSON"));
    CHECK_FALSE(world.socket->is_open());
  }
}

TEST_CASE("what came before a line that is no message is taken, and nothing after it") {
  World world;
  world.peer.say("{\"a\":1}\nwhat?\n{\"a\":2}");
  world.turn_until([&] { return world.ended.has_value(); });
  CHECK(world.heard == std::vector<std::string>{R"({"a":1})"});
}

TEST_CASE("a line without an end is given up at its limit") {
  World world;
  world.peer.say(std::string(line_bytes_max + 1'000'000, ' '));
  world.turn_until([&] { return world.ended.has_value(); });
  CHECK(*world.ended == "a line is longer than 64 MiB");
}

TEST_CASE("the end of the other side is told once, after all that it said") {
  World world;
  world.peer.say(R"({"last":"words"})");
  world.peer.leave();
  world.turn_until([&] { return world.ended.has_value(); });
  CHECK(world.heard.size() == 1);
  CHECK(world.ended->empty());
  world.socket->send(R"({"type":"late"})");  // goes nowhere
}

TEST_CASE("the socket may be destroyed by what it brings") {
  World world;
  world.on_message = [&] { world.socket.reset(); };
  world.peer.say(R"([{"a":1},{"a":2}])");
  world.turn_until([&] { return !world.socket; });
  CHECK(world.heard.size() == 1);
}

TEST_CASE("who reads slowly keeps nobody waiting, and gets everything in the end") {
  World world;
  std::string text = R"({"type":"long","text":")" + std::string(100'000, 'x') + R"("})";
  constexpr std::size_t messages = 100;
  for (std::size_t i = 0; i < messages; ++i) {
    world.socket->send(text);
    world.loop->post([&] { world.loop->stop(); });
    world.loop->run();  // would hang here, or fail, were the socket written to until it takes all
  }
  world.turn_until([&] {
    world.peer.read();
    return world.peer.heard.size() == messages;
  });
  CHECK(std::ranges::all_of(world.peer.heard, [&](const json& message) { return to_text(message) == text; }));
}

TEST_CASE("what is flushed has left before the call returns, when the other side takes it") {
  World world;
  world.socket->send(R"({"type":"finished"})");
  world.socket->flush(std::chrono::seconds{1});
  world.peer.read();
  CHECK(world.peer.count_of("finished") == 1);
}

TEST_CASE("a flush waits no longer than its patience") {
  World world;
  world.socket->send(R"({"text":")" + std::string(8'000'000, 'x') + R"("})");
  world.socket->flush(std::chrono::milliseconds{1});
  CHECK(world.socket->is_open());
}
