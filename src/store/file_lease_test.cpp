#include "store/file_lease.h"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>

#include "base/scratch.h"
#include "store/test_child.h"

using namespace weir;
using namespace weir::store;

namespace {

/// What the moment between a clone and its new program is like, made to last: the copy keeps the lease's file.
void keep_open_beyond_exec(const std::filesystem::path& file) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != std::filesystem::absolute(file)) continue;
    REQUIRE(fcntl(std::stoi(entry.path().filename()), F_SETFD, 0) == 0);
  }
}

}  // namespace

TEST_CASE("another process holds a lease that a child of it has open" * doctest::skip()) {
  auto lease = lease_by_file("lease", "the run");
  REQUIRE(lease);
  keep_open_beyond_exec("lease");
  std::string program = "sleep";
  std::string forever = "infinity";
  std::array<char*, 3> argv{program.data(), forever.data(), nullptr};
  pid_t child = 0;
  REQUIRE(posix_spawnp(&child, "sleep", nullptr, nullptr, argv.data(), environ) == 0);
  std::ofstream("child") << child;
  TestChild::say_ready_and_stay();
}

TEST_CASE(
    "a lease whose process was killed while a child of it was on its way is being left, and then free") {
  Scratch scratch;
  auto file = scratch.path() / "lease";
  TestChild holder("another process holds a lease that a child of it has open", scratch.path());
  holder.wait_until_ready();
  pid_t child = 0;
  std::ifstream(scratch.path() / "child") >> child;
  REQUIRE(child > 0);
  CHECK_FALSE(is_being_left(file));
  holder.kill_now();
  CHECK(is_leased(file));
  CHECK(is_being_left(file));
  CHECK_FALSE(lease_by_file(file, "the run"));

  kill(child, SIGKILL);
  while (is_leased(file)) sched_yield();
  CHECK_FALSE(is_being_left(file));
  CHECK(lease_by_file(file, "the run"));
}
