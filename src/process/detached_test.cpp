#include "process/detached.h"

#include <cstdio>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "process/output_limit.h"
#include "process/process_table.h"
#include "process/process_test_support.h"

using namespace weir;
using namespace weir::process;
using namespace weir::process::testing;
using namespace std::chrono_literals;

namespace {

DetachedSpec spec_in(const std::filesystem::path& directory, const std::string& script) {
  return {.command = shell(script, directory),
          .out = directory / "out",
          .err = directory / "err",
          .exit_file = directory / "exit"};
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void wait_for_exit(const Identity& supervisor) {
  Stage stage;
  bool gone = false;
  auto watch = watch_exit(*stage.loop, supervisor, [&] {
    gone = true;
    stage.loop->stop();
  });
  stage.run();
  CHECK(gone);
}

/// Starts `script` for good and returns its supervisor.
Identity launch(const DetachedSpec& spec) {
  auto prepared = prepare(spec);
  REQUIRE_MESSAGE(prepared, (prepared ? "" : to_text(prepared.error())));
  REQUIRE((*prepared)->go());
  return (*prepared)->supervisor();
}

/// What a command writes to the named pipe `ready`; waits until it has, and for the pipe's end.
std::string read_ready(const std::filesystem::path& directory) { return text_of(directory / "ready"); }

/// The same for a command whose daemon keeps the pipe open: only the first line.
std::string read_ready_line(const std::filesystem::path& directory) {
  std::string line;
  std::ifstream ready(directory / "ready");
  REQUIRE(std::getline(ready, line));
  return line;
}

}  // namespace

TEST_CASE("a detached command leaves its output and its exit code in files") {
  Scratch scratch;
  const auto spec = spec_in(scratch.path, "echo result; echo trouble >&2; exit 3");
  const auto supervisor = launch(spec);
  wait_for_exit(supervisor);
  CHECK(text_of(spec.out) == "result\n");
  CHECK(text_of(spec.err) == "trouble\n");
  REQUIRE(read_exit(spec.exit_file));
  CHECK(read_exit(spec.exit_file)->code == 3);
  CHECK_FALSE(is_alive(supervisor));
}

TEST_CASE("output and errors may share a file, and are appended to it") {
  Scratch scratch;
  auto spec = spec_in(scratch.path, "echo one; echo two >&2; kill -KILL $$");
  spec.err = spec.out;
  std::ofstream(spec.out) << "zero\n";
  wait_for_exit(launch(spec));
  CHECK(text_of(spec.out) == "zero\none\ntwo\n");
  CHECK(read_exit(spec.exit_file)->signal == SIGKILL);
}

TEST_CASE("without go nothing runs") {
  Scratch scratch;
  const auto spec = spec_in(scratch.path, "touch ran");
  Identity supervisor;
  {
    auto prepared = prepare(spec);
    REQUIRE(prepared);
    supervisor = (*prepared)->supervisor();
    CHECK(is_alive(supervisor));
  }
  CHECK_FALSE(is_alive(supervisor));
  CHECK_FALSE(std::filesystem::exists(scratch.path / "ran"));
  CHECK_FALSE(read_exit(spec.exit_file));
}

TEST_CASE("helper: prepare and wait for the end" * doctest::skip()) {
  const auto here = std::filesystem::current_path();
  auto prepared = prepare(spec_in(here, "touch ran"));
  REQUIRE(prepared);
  std::printf("supervisor %d\n", (*prepared)->supervisor().pid);
  std::fflush(stdout);
  ::pause();
}

TEST_CASE("a starter that is killed between prepare and go has started nothing") {
  Scratch scratch;
  Helper helper("helper: prepare and wait for the end", scratch.path);
  Fd supervisor = open_pidfd(parse_pid(helper.read("supervisor")));
  REQUIRE(is_running(supervisor));
  helper.kill();
  CHECK(ends(supervisor));
  CHECK_FALSE(std::filesystem::exists(scratch.path / "ran"));
}

TEST_CASE("helper: start a detached command" * doctest::skip()) {
  const auto here = std::filesystem::current_path();
  const auto supervisor = launch(spec_in(here, "echo $$ > ready; cat go; exit 7"));
  std::printf("pid %d\nticks %ju\nboot %s\ntree %s\n", supervisor.pid,
              static_cast<std::uintmax_t>(supervisor.start_ticks), supervisor.boot_id.c_str(),
              supervisor.tree.c_str());
  std::fflush(stdout);
  ::pause();
}

TEST_CASE("a detached command outlives its starter, and whoever comes next learns how it ended") {
  Scratch scratch;
  for (auto name : {"ready", "go"}) REQUIRE(::mkfifo((scratch.path / name).c_str(), 0600) == 0);
  Helper helper("helper: start a detached command", scratch.path);
  const Identity supervisor{.pid = parse_pid(helper.read("pid")),
                            .start_ticks = std::stoull(helper.read("ticks")),
                            .boot_id = helper.read("boot"),
                            .tree = helper.read("tree")};
  helper.kill();
  Fd command = open_pidfd(parse_pid(read_ready(scratch.path)));
  CHECK(is_running(command));
  CHECK(is_alive(supervisor));
  std::ofstream(scratch.path / "go") << "on you go\n";
  wait_for_exit(supervisor);
  CHECK(read_exit(scratch.path / "exit")->code == 7);
  CHECK(text_of(scratch.path / "out") == "on you go\n");
}

TEST_CASE("terminating a detached tree ends its daemons too, before the exit file appears") {
  Scratch scratch;
  REQUIRE(::mkfifo((scratch.path / "ready").c_str(), 0600) == 0);
  const auto spec = spec_in(scratch.path, "(" + start_daemon + ") > ready; " + forever);
  const auto supervisor = launch(spec);
  Fd daemon = open_pidfd(parse_pid(read_ready_line(scratch.path)));
  REQUIRE(is_running(daemon));
  terminate_tree(supervisor);
  wait_for_exit(supervisor);
  CHECK_FALSE(is_running(daemon));
  CHECK(read_exit(spec.exit_file)->signal == SIGTERM);
}

TEST_CASE("a detached command that ignores SIGTERM is killed after the grace") {
  Scratch scratch;
  REQUIRE(::mkfifo((scratch.path / "ready").c_str(), 0600) == 0);
  auto spec = spec_in(scratch.path, "trap '' TERM; echo $$ > ready; while :; do tail -f /dev/null; done");
  spec.grace = 20ms;
  const auto supervisor = launch(spec);
  read_ready(scratch.path);
  terminate_tree(supervisor);
  wait_for_exit(supervisor);
  CHECK(read_exit(spec.exit_file)->signal == SIGKILL);
}

TEST_CASE("what a killed supervisor left behind is ended by terminate_tree") {
  Scratch scratch;
  REQUIRE(::mkfifo((scratch.path / "ready").c_str(), 0600) == 0);
  const auto spec = spec_in(scratch.path, "(" + start_daemon + ") > ready; " + forever);
  const auto supervisor = launch(spec);
  Fd daemon = open_pidfd(parse_pid(read_ready_line(scratch.path)));
  ::kill(supervisor.pid, SIGKILL);
  wait_for_exit(supervisor);
  CHECK_FALSE(read_exit(spec.exit_file));
  REQUIRE(is_running(daemon));
  terminate_tree(supervisor);
  CHECK(ends(daemon));
}

TEST_CASE("a stranger with the same process number is neither taken for the supervisor nor touched") {
  Stage stage;
  stage.on_out = [&](const std::string& line) {
    const auto info = read_process(parse_pid(line));
    REQUIRE(info);
    const Identity earlier{.pid = info->pid,
                           .start_ticks = info->start_ticks - 1,
                           .boot_id = read_boot_id(),
                           .tree = "a tree that nobody is in"};
    CHECK_FALSE(is_alive(earlier));
    terminate_tree(earlier);
    auto other_boot = earlier;
    other_boot.start_ticks = info->start_ticks;
    CHECK(is_alive(other_boot));
    other_boot.boot_id = "another";
    CHECK_FALSE(is_alive(other_boot));
    terminate_tree(other_boot);
    CHECK(is_running(open_pidfd(info->pid)));
    stage.child->terminate(0ms);
  };
  stage.run_to_exit(shell("echo $$; " + forever));
  CHECK(stage.exit->signal == SIGKILL);
}

TEST_CASE("watching a supervisor that has exited already tells so, unless the watch is dropped") {
  Scratch scratch;
  const auto supervisor = launch(spec_in(scratch.path, "exit 0"));
  wait_for_exit(supervisor);
  wait_for_exit(supervisor);

  Stage stage;
  watch_exit(*stage.loop, supervisor, [] { FAIL("this watch was dropped"); }).reset();
  stage.loop->post([&] { stage.loop->stop(); });
  stage.run();
}

TEST_CASE("an exit file that exists, or a file that cannot be written, is refused before anything starts") {
  Scratch scratch;
  auto spec = spec_in(scratch.path, "exit 0");
  std::ofstream(spec.exit_file) << "exit 0\n";
  auto taken = prepare(spec);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Code::conflict);

  spec.exit_file = scratch.path / "fresh";
  spec.err = scratch.path / "missing" / "err";
  auto unwritable = prepare(spec);
  REQUIRE_FALSE(unwritable);
  CHECK(unwritable.error().code == Code::invalid);
  CHECK(unwritable.error().message == "cannot write '" + spec.err.string() + "': No such file or directory");
}

TEST_CASE("an exit file that holds something else tells nothing") {
  Scratch scratch;
  for (auto text : {"", "exit", "done 3", "exit three"}) {
    std::ofstream(scratch.path / "exit") << text;
    CHECK_FALSE(read_exit(scratch.path / "exit"));
  }
  CHECK_FALSE(read_exit(scratch.path / "none"));
}

TEST_CASE("a flood of output is cut at its front, and its end is kept") {
  Scratch scratch;
  constexpr std::int64_t limit = 1024 * 1024;
  DetachedSpec spec = spec_in(scratch.path, "head -c 30000000 /dev/zero | tr '\\0' x; echo; echo the end");
  spec.output_bytes_max = limit;
  wait_for_exit(launch(spec));
  CHECK(read_exit(spec.exit_file)->ok());
  int out = ::open(spec.out.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status{};
  REQUIRE(::fstat(out, &status) == 0);
  CHECK(status.st_size == 30000000 + 9);
  CHECK(status.st_blocks * 512 <= limit);
  std::int64_t first = first_kept_byte(out);
  CHECK(first > 0);
  CHECK(status.st_size - first >= limit / 2);
  std::string end(9, ' ');
  REQUIRE(::pread(out, end.data(), end.size(), status.st_size - 9) == 9);
  CHECK(end == "\nthe end\n");
  ::close(out);
}

TEST_CASE("a command that wants more memory than it may have is refused it") {
  Scratch scratch;
  DetachedSpec spec = spec_in(scratch.path, "exec dd if=/dev/zero of=/dev/null bs=300M count=1");
  spec.memory_bytes_max = 64 * 1024 * 1024;
  wait_for_exit(launch(spec));
  CHECK_FALSE(read_exit(spec.exit_file)->ok());
  CHECK(text_of(spec.err).find("memory") != std::string::npos);
}
