#include "store/slot_locks.h"

#include <vector>

#include "base/scratch.h"
#include "store/test_child.h"

using namespace weir;
using namespace weir::store;

namespace {

std::unique_ptr<SlotHold> take(SlotLocks& locks, const Limit& limit, std::int64_t count = 1) {
  return locks.try_take(limit, count).value();
}

/// How many single slots are free.
std::size_t free_slots(SlotLocks& locks, const Limit& limit) {
  std::vector<std::unique_ptr<SlotHold>> holds;
  while (auto hold = take(locks, limit)) holds.push_back(std::move(hold));
  return holds.size();
}

}  // namespace

TEST_CASE("a limit lets as many hold a slot as it has, and the next one when one lets go") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path() / "limits");
  Limit limit{"gpu", 2};
  auto first = take(*locks, limit);
  auto second = take(*locks, limit);
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(take(*locks, limit));
  first.reset();
  CHECK(take(*locks, limit));
}

TEST_CASE("several slots are taken together or not at all") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path());
  Limit limit{"gpu", 5};
  auto three = take(*locks, limit, 3);
  CHECK(three);
  CHECK_FALSE(take(*locks, limit, 3));
  CHECK(free_slots(*locks, limit) == 2);
  three.reset();
  CHECK(take(*locks, limit, 5));
  CHECK_FALSE(take(*locks, limit, 6));
}

TEST_CASE("limits of different names do not touch each other, whatever the names") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path() / "limits");
  std::vector<std::unique_ptr<SlotHold>> holds;
  for (const char* name : {"gpu", "../gpu", "a/b", "a b", "a%20b", "..", "Größe"}) {
    holds.push_back(take(*locks, {name, 1}));
    CHECK(holds.back());
  }
  CHECK_FALSE(take(*locks, {"a b", 1}));
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "gpu"));
}

TEST_CASE("long names are told apart as well, and those that are too long are refused") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path());
  std::string name(160, '.');
  auto hold = take(*locks, {name, 1});
  CHECK(hold);
  CHECK_FALSE(take(*locks, {name, 1}));
  name.back() = ' ';
  CHECK(take(*locks, {name, 1}));
  CHECK_FALSE(locks->try_take({name + ".", 1}, 1));
}

TEST_CASE("holds keep their slots when what gave them is gone") {
  Scratch scratch;
  auto hold = take(*slot_locks_in(scratch.path()), {"gpu", 1});
  auto locks = slot_locks_in(scratch.path());
  CHECK_FALSE(take(*locks, {"gpu", 1}));
  hold.reset();
  CHECK(take(*locks, {"gpu", 1}));
}

TEST_CASE("a limit that was lowered gives nothing until enough has ended, and a limit of 0 stops all") {
  Scratch scratch;
  auto ours = slot_locks_in(scratch.path());
  auto theirs = slot_locks_in(scratch.path());
  std::vector<std::unique_ptr<SlotHold>> holds;
  for (int i = 0; i < 6; ++i) holds.push_back(take(i % 2 ? *ours : *theirs, {"gpu", 6}));
  CHECK_FALSE(take(*ours, {"gpu", 3}));
  for (int i = 0; i < 3; ++i) holds.erase(holds.begin());
  CHECK_FALSE(take(*ours, {"gpu", 3}));
  holds.erase(holds.begin());
  CHECK(free_slots(*ours, {"gpu", 3}) == 1);
  CHECK(free_slots(*ours, {"gpu", 0}) == 0);
}

TEST_CASE("a limit that cannot be is refused") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path());
  CHECK(locks->try_take({"", 1}, 1).error().code == Code::invalid);
  CHECK(locks->try_take({std::string(300, 'x'), 1}, 1).error().code == Code::invalid);
  CHECK(locks->try_take({"gpu", -1}, 1).error().code == Code::invalid);
  CHECK(locks->try_take({"gpu", 1}, 0).error().code == Code::invalid);
}

TEST_CASE("another process holds two slots" * doctest::skip()) {
  auto locks = slot_locks_in("limits");
  auto hold = take(*locks, {"gpu", 10}, 2);
  REQUIRE(hold);
  TestChild::say_ready_and_stay();
}

TEST_CASE("slots are kept apart between processes and come back when one is killed") {
  Scratch scratch;
  auto locks = slot_locks_in(scratch.path() / "limits");
  Limit limit{"gpu", 5};
  TestChild first("another process holds two slots", scratch.path());
  TestChild second("another process holds two slots", scratch.path());
  first.wait_until_ready();
  second.wait_until_ready();
  CHECK(free_slots(*locks, limit) == 1);
  first.kill_now();
  CHECK(free_slots(*locks, limit) == 3);
  second.kill_now();
  CHECK(free_slots(*locks, limit) == 5);
}
