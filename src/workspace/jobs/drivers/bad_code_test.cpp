// What users' code does to its surroundings: the run says so, the machine keeps its balance, and the server lives.
#include <charconv>

#include <signal.h>
#include <sys/stat.h>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

pid_t first_number(const std::string& text) {
  pid_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

TEST_CASE("a child that hides from its run ends with it") {
  TestWorkspace served;
  served.open();
  auto id = served.submit(R"py(
import os, signal
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for stream in (0, 1, 2):
            os.close(stream)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.write(write, str(os.getpid()).encode())
        while True:
            signal.pause()
    os._exit(0)
os.wait()
print(os.read(read, 20).decode(), flush=True)
)py");
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  pid_t hidden = first_number(string_or(served.output(id), "logs", ""));
  REQUIRE(hidden > 1);
  CHECK_FALSE(exists(hidden));
}

TEST_CASE("a program that eats memory gets no more than it may have, and its run says so") {
  TestWorkspace served;
  served.options.memory_bytes_max = 256 * 1024 * 1024;
  served.open();
  auto id = served.submit("eaten = []\nwhile True:\n    eaten.append(bytearray(1 << 20))\n");
  CHECK(served.result(served.wait_for_end(id)) == "FAILED");
  CHECK(string_or(served.output(id), "error", "").starts_with("MemoryError"));
  CHECK(served.result(served.wait_for_end(served.submit("print('next')\n"))) == "SUCCESS");
}

TEST_CASE("a program that is killed from outside fails by the signal") {
  TestWorkspace served;
  served.open();
  auto id = served.submit("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
  CHECK(served.result(served.wait_for_end(id)) == "FAILED");
  CHECK(served.output(id).at("error") ==
        "The driver was killed by signal 9 (Killed): by somebody, or by the machine for want of memory");
}

TEST_CASE("a program that floods its output keeps the end of it, within a limit on disk") {
  TestWorkspace served;
  served.options.output_bytes_max = 1024 * 1024;
  served.open();
  auto id = served.submit("for n in range(200_000):\n    print(f'{n:099}')\nprint('the end')\n");
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  json output = served.output(id);
  std::string logs = string_or(output, "logs", "");
  CHECK(logs.ends_with("000199999\nthe end\n"));
  CHECK(logs.starts_with("000000"));  // at the begin of a line
  CHECK(logs.size() >= 512 * 1024);
  CHECK(output.at("logs_truncated") == true);
  struct stat status{};
  auto task = std::to_string(int_or(served.run(id).at("tasks").at(0), "run_id", 0));
  REQUIRE(::stat((served.folder() / "home/runs" / task / "stdout").c_str(), &status) == 0);
  CHECK(status.st_blocks * 512 <= 1024 * 1024);
}
