#include "store/file_lease.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::store;

TEST_CASE("a lease whose process died while a child of it was on its way is being left, and then free") {
  Scratch scratch;
  auto file = scratch.path() / "lease";
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  pid_t holder = fork();
  REQUIRE(holder >= 0);
  if (holder == 0) {
    auto lease = lease_by_file(file, "the run");
    pid_t child = lease ? fork() : -1;
    if (child == 0) {
      close(ends[0]);
      close(ends[1]);
      for (;;) pause();
    }
    bool told = write(ends[1], &child, sizeof child) == sizeof child;
    raise(told ? SIGKILL : SIGABRT);
  }
  close(ends[1]);
  pid_t child = 0;
  REQUIRE(read(ends[0], &child, sizeof child) == sizeof child);
  close(ends[0]);
  REQUIRE(child > 0);
  REQUIRE(waitpid(holder, nullptr, 0) == holder);
  CHECK(is_leased(file));
  CHECK(is_being_left(file));
  CHECK_FALSE(lease_by_file(file, "the run"));

  kill(child, SIGKILL);
  while (is_leased(file)) sched_yield();
  CHECK_FALSE(is_being_left(file));
  CHECK(lease_by_file(file, "the run"));
}

TEST_CASE("a lease that a living process holds is not being left") {
  Scratch scratch;
  auto lease = lease_by_file(scratch.path() / "lease", "the run");
  REQUIRE(lease);
  CHECK(is_leased(scratch.path() / "lease"));
  CHECK_FALSE(is_being_left(scratch.path() / "lease"));
}
