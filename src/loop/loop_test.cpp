#include "loop/loop.h"

#include <array>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace weir;
using namespace std::chrono_literals;

namespace {

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() { REQUIRE(pipe(ends.data()) == 0); }
  ~Pipe() {
    close(ends[0]);
    close(ends[1]);
  }
  void write_byte() { REQUIRE(write(ends[1], "x", 1) == 1); }
  void read_byte() {
    char byte = 0;
    REQUIRE(read(ends[0], &byte, 1) == 1);
  }
};

/// Calls back when the last copy of the function that holds it is gone.
struct OnDrop {
  std::function<void()> dropped;
  explicit OnDrop(std::function<void()> then) : dropped(std::move(then)) {}
  ~OnDrop() { dropped(); }
  OnDrop(const OnDrop&) = delete;
};

}  // namespace

TEST_CASE("posted functions run on the loop's thread in the order they were posted") {
  auto loop = make_loop();
  std::vector<int> order;
  std::thread::id ran_on;
  loop->post([&] {
    ran_on = std::this_thread::get_id();
    order.push_back(1);
    loop->post([&] {
      order.push_back(3);
      loop->stop();
    });
  });
  loop->post([&] { order.push_back(2); });
  loop->run();
  CHECK(order == std::vector{1, 2, 3});
  CHECK(ran_on == std::this_thread::get_id());
}

TEST_CASE("many threads may post at once and nothing is lost") {
  constexpr int threads = 4;
  constexpr int posts = 5'000;
  auto loop = make_loop();
  int ran = 0;
  std::vector<std::jthread> posters;
  for (int i = 0; i < threads; ++i) {
    posters.emplace_back([&] {
      for (int n = 0; n < posts; ++n) {
        loop->post([&] {
          if (++ran == threads * posts) loop->stop();
        });
      }
    });
  }
  loop->run();
  CHECK(ran == threads * posts);
}

TEST_CASE("timers fire in the order of their delays and no earlier") {
  auto loop = make_loop();
  std::vector<int> order;
  auto start = std::chrono::steady_clock::now();
  loop->after(20ms, [&] {
    order.push_back(3);
    loop->stop();
  });
  loop->after(5ms, [&] { order.push_back(2); });
  loop->after(0ms, [&] { order.push_back(1); });
  loop->run();
  CHECK(order == std::vector{1, 2, 3});
  CHECK(std::chrono::steady_clock::now() - start >= 20ms);
}

TEST_CASE("a cancelled timer never fires, even when its time has come already") {
  auto loop = make_loop();
  bool fired = false;
  Loop::TimerId late = 0;
  auto both_are_due = std::chrono::steady_clock::now() + 2ms;
  loop->after(1ms, [&] {
    loop->cancel_timer(late);
    loop->after(1ms, [&] { loop->stop(); });
  });
  late = loop->after(1ms, [&] { fired = true; });
  loop->post([&] {
    while (std::chrono::steady_clock::now() < both_are_due) std::this_thread::yield();
  });
  loop->cancel_timer(12'345);
  loop->run();
  CHECK_FALSE(fired);
}

TEST_CASE("a watch reports as long as there is something to read, and stops when unwatched") {
  auto loop = make_loop();
  Pipe pipe;
  pipe.write_byte();
  pipe.write_byte();
  int calls = 0;
  Loop::WatchId watch = loop->watch_readable(pipe.ends[0], [&] {
    ++calls;
    pipe.read_byte();
    if (calls == 2) loop->post([&] { pipe.write_byte(); });
    if (calls < 3) return;
    pipe.write_byte();
    loop->unwatch(watch);
    loop->after(1ms, [&] { loop->stop(); });
  });
  loop->run();
  CHECK(calls == 3);
  pipe.read_byte();  // the descriptor is still open and still ours
}

TEST_CASE("a watch sees the other end close") {
  auto loop = make_loop();
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  Loop::WatchId watch = loop->watch_readable(ends[0], [&] {
    char byte = 0;
    CHECK(read(ends[0], &byte, 1) == 0);
    loop->unwatch(watch);
    close(ends[0]);
    loop->stop();
  });
  loop->post([&] { close(ends[1]); });
  loop->run();
}

TEST_CASE("a descriptor can be watched again after its number was reused") {
  auto loop = make_loop();
  int first_number = 0;
  {
    Pipe first;
    first_number = first.ends[0];
    loop->unwatch(loop->watch_readable(first.ends[0], [] { FAIL("unwatched"); }));
  }
  Pipe second;
  REQUIRE(second.ends[0] == first_number);
  second.write_byte();
  bool seen = false;
  loop->watch_readable(second.ends[0], [&] {
    second.read_byte();
    seen = true;
    loop->stop();
  });
  loop->run();
  CHECK(seen);
}

TEST_CASE("a watch hears nothing of a descriptor that was watched in its place a moment ago") {
  auto loop = make_loop();
  std::array<Pipe, 2> readable;
  Pipe silent;
  for (auto& pipe : readable) pipe.write_byte();
  std::array<int, 2> quiet{::dup(silent.ends[0]), ::dup(silent.ends[0])};
  std::array<Loop::WatchId, 2> watches{}, fresh{};
  bool is_first = true, heard = false;
  for (std::size_t i : {0U, 1U})
    watches[i] =
        loop->watch_readable(readable[i].ends[0], [&] {  // both have something to say in the same turn
          REQUIRE(std::exchange(is_first, false));
          for (auto watch : watches) loop->unwatch(watch);
          for (std::size_t j : {0U, 1U})
            fresh[j] = loop->watch_readable(quiet[j], [&] {
              heard = true;
              loop->stop();
            });
          loop->after(5ms, [&] { loop->stop(); });
        });
  loop->run();
  CHECK_FALSE(heard);

  silent.write_byte();  // what is its own it hears
  loop->run();
  CHECK(heard);
  for (std::size_t i : {0U, 1U}) {
    loop->unwatch(fresh[i]);
    close(quiet[i]);
  }
}

TEST_CASE("stop leaves what was not yet run for the next run") {
  auto loop = make_loop();
  std::vector<int> order;
  loop->post([&] {
    order.push_back(1);
    loop->stop();
  });
  loop->post([&] {
    order.push_back(2);
    loop->stop();
  });
  loop->run();
  CHECK(order == std::vector{1});
  loop->run();
  CHECK(order == std::vector{1, 2});
}

TEST_CASE("a loop that was stopped from another thread before it ran returns at once") {
  auto loop = make_loop();
  std::jthread([&] { loop->stop(); }).join();
  loop->post([] { FAIL("stopped before"); });
  loop->run();
}

TEST_CASE("a loop destroyed with pending work drops all of it, and dying work may still call the loop") {
  auto loop = make_loop();
  Loop* raw = loop.get();
  Pipe pipe;
  int dropped = 0;
  auto token = [&] {
    return std::make_shared<OnDrop>([&dropped, raw] {
      ++dropped;
      raw->post([] {});
      raw->cancel_timer(raw->after(1ms, [] {}));
      raw->unwatch(1);
    });
  };
  loop->post([held = token()] { FAIL("never run"); });
  loop->after(1h, [held = token()] { FAIL("never run"); });
  loop->watch_readable(pipe.ends[0], [held = token()] { FAIL("never run"); });
  loop.reset();
  CHECK(dropped == 3);
}

TEST_CASE("a loop that was stopped runs again") {
  auto loop = make_loop();
  int ran = 0;
  for (int round = 0; round < 3; ++round) {
    loop->post([&] {
      ++ran;
      loop->stop();
    });
    loop->run();
  }
  CHECK(ran == 3);
}
