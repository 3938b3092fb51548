#include "core/readers.h"

#include "base/ids.h"
#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;

namespace {

json stored(const std::string& content) {
  return to_json(StoredValue{"json", content_digest(content), content.size(), content});
}

std::vector<std::string> dropped(World& world) { return files_to_drop(world.run()); }

}  // namespace

TEST_CASE("of a finished run, files of results that were read are dropped") {
  World world;
  world.task("read").task("unread").reading("after", {"read", "unread"}, result_of("read")).closed();
  world.succeed("read", stored("x")).succeed("unread", stored("y")).succeed("after", 1);
  CHECK(dropped(world) == std::vector{content_digest("x")});
}

TEST_CASE("a file stays that another result refers to as well, inside of a list even") {
  World world;
  world.task("read").reading("after", {"read"}, result_of("read")).closed();
  world.succeed("read", stored("x")).succeed("after", JsonArray{stored("x"), 1});
  CHECK(dropped(world).empty());
}

TEST_CASE("what persists or is cached stays") {
  Policy persisting, cached;
  persisting.persist = true;
  cached.cache.emplace();
  World world;
  world.task("a", {}, persisting).task("b", {}, cached);
  world.reading("after", {"a", "b"}, {result_of("a"), result_of("b")}).closed();
  world.succeed("a", stored("x")).succeed("b", stored("y")).succeed("after", 1);
  CHECK(dropped(world).empty());
}

TEST_CASE("what runs again takes along the tasks whose results it needs and that are gone, and theirs") {
  World world;
  world.task("a").reading("b", {"a"}, result_of("a")).reading("c", {"b"}, result_of("b")).task("d", {"a"});
  world.closed().succeed("a", stored("x")).succeed("b", stored("y")).succeed("d").succeed("c", 1);
  auto keys = [&](std::vector<TaskIndex> tasks) {
    std::string text;
    for (auto task : tasks) text += world.run().key(task);
    return text;
  };
  auto again = [&](const std::string& key, const std::string& there) {
    return keys(with_producers(world.run(), {world.at(key)},
                               [&](const StoredValue& value) { return value.text == there; }));
  };
  CHECK(again("c", "") == "cba");
  CHECK(again("c", "y") == "c");
  CHECK(again("d", "") == "d");
}
