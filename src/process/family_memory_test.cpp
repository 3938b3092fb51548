#include "process/family_memory.h"

#include "process/process_test_support.h"

using namespace weir;
using namespace weir::process;
using namespace weir::process::testing;

TEST_CASE("a process has the memory of all that it has started, and one that has ended has none") {
  Stage stage;
  pid_t shell_pid = 0;
  stage.on_out = [&](const std::string& line) {
    shell_pid = parse_pid(line);
    stage.loop->stop();
  };
  stage.start(shell("tail -f /dev/null & echo $$; wait"));
  stage.loop->run();
  auto families = memory_of_families({shell_pid, ::getpid()});
  CHECK(families[0].processes == 2);
  CHECK(families[0].bytes > resident_bytes(shell_pid));
  CHECK(families[1].processes >= 3);
  CHECK(families[1].bytes >= resident_bytes(::getpid()) + families[0].bytes);
  stage.child.reset();
  const Fd gone = open_pidfd(shell_pid);
  REQUIRE(ends(gone));
  CHECK(memory_of_families({shell_pid})[0].processes == 0);
  CHECK(resident_bytes(shell_pid) == 0);
}
