#include "process/child.h"

#include <cstdio>

#include <signal.h>
#include <sys/syscall.h>

#include "process/process_test_support.h"

using namespace weir;
using namespace weir::process;
using namespace weir::process::testing;
using namespace std::chrono_literals;

TEST_CASE("a command tells its exit code") {
  for (int code : {0, 3, 255}) {
    Stage stage;
    stage.run_to_exit(shell("exit " + std::to_string(code)));
    CHECK(stage.exit->code == code);
    CHECK(stage.exit->signal == 0);
  }
}

TEST_CASE("a command killed by a signal tells which") {
  Stage stage;
  stage.run_to_exit(shell("kill -SEGV $$"));
  CHECK(stage.exit->signal == SIGSEGV);
  CHECK(stage.exit->code == 128 + SIGSEGV);
}

TEST_CASE("output arrives as lines per stream, the last one without a newline too") {
  Stage stage;
  stage.run_to_exit(shell("echo one; echo; echo oops >&2; printf last"));
  CHECK(stage.out == std::vector<std::string>{"one", "", "last"});
  CHECK(stage.err == std::vector<std::string>{"oops"});
}

TEST_CASE("bytes that are no text pass through unchanged") {
  Stage stage;
  stage.run_to_exit(shell(R"(printf '\377\000x\r\n\200')"));
  REQUIRE(stage.out.size() == 2);
  CHECK(stage.out[0] == std::string("\377\0x\r", 4));
  CHECK(stage.out[1] == "\200");
}

TEST_CASE("arguments reach the program untouched: there is no shell") {
  Stage stage;
  stage.run_to_exit({.argv = {"printf", "%s\n", "$HOME", "a b", "*", "; exit 9", ""},
                     .environment = inherited_environment()});
  CHECK(stage.out == std::vector<std::string>{"$HOME", "a b", "*", "; exit 9", ""});
}

TEST_CASE("a command gets exactly its environment, its directory, an empty input and no open files") {
  Scratch scratch;
  Stage stage;
  auto command = shell("pwd; echo $COLOUR; echo ${HOME-unset}; cat; ls /proc/self/fd | wc -l", scratch.path);
  command.environment = {"PATH=/usr/bin:/bin", "COLOUR=green"};
  stage.run_to_exit(command);
  CHECK(stage.out == std::vector<std::string>{scratch.path, "green", "unset", "4"});  // 0, 1, 2 and ls's own
}

TEST_CASE("a command starts with no signal ignored or blocked, whatever its starter does") {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto handler = ::signal(SIGPIPE, SIG_IGN);
  Stage pipe;
  pipe.run_to_exit(shell("kill -PIPE $$"));
  Stage user;
  user.run_to_exit(shell("kill -USR1 $$"));
  ::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(pipe.exit->signal == SIGPIPE);
  CHECK(user.exit->signal == SIGUSR1);
}

TEST_CASE("a flood of output is read whole while the loop goes on with other work") {
  Stage stage;
  std::size_t bytes = 0;
  std::size_t turns = 0;
  std::function<void()> other_work = [&] {
    ++turns;
    if (!stage.exit) stage.loop->post(other_work);
  };
  auto started = Child::start(*stage.loop, shell("yes | head -c 50000000"),
                              {.on_bytes = [&](Stream, std::string_view block) { bytes += block.size(); },
                               .on_exit =
                                   [&](Exit exit) {
                                     stage.exit = exit;
                                     stage.loop->stop();
                                   }});
  REQUIRE(started);
  stage.loop->post(other_work);
  stage.run();
  CHECK(bytes == 50'000'000);
  CHECK(turns > 100);
}

TEST_CASE("what a command leaves running when it ends is killed, and holds up nothing") {
  Stage stage;
  stage.run_to_exit(shell("tail -f /dev/null & echo $!; " + start_daemon + "exit 4"));
  CHECK(stage.exit->code == 4);
  for (const auto& line : stage.out) CHECK_FALSE(is_running(open_pidfd(parse_pid(line))));
}

TEST_CASE("terminating lets the command finish in its own way") {
  Stage stage;
  stage.on_out = [&](const std::string& line) {
    if (line == "ready") stage.child->terminate(patience);
  };
  stage.run_to_exit(shell("trap 'echo bye; exit 5' TERM; sh -c 'echo ready; exec tail -f /dev/null' & wait"));
  CHECK(stage.out == std::vector<std::string>{"ready", "bye"});
  CHECK(stage.exit->code == 5);
}

TEST_CASE("terminating kills what does not listen when the grace is over") {
  Stage stage;
  stage.on_out = [&](const std::string&) { stage.child->terminate(20ms); };
  stage.run_to_exit(shell("trap '' TERM; echo ready; while :; do tail -f /dev/null; done"));
  CHECK(stage.exit->signal == SIGKILL);
}

TEST_CASE("a second call to terminate can shorten the grace") {
  Stage stage;
  stage.on_out = [&](const std::string&) {
    stage.child->terminate(1h);
    stage.child->terminate(0ms);
  };
  stage.run_to_exit(shell("trap '' TERM; echo ready; while :; do tail -f /dev/null; done"));
  CHECK(stage.exit->signal == SIGKILL);
}

TEST_CASE("how a command ended is told too when it was asked to end in that moment") {
  Stage stage;
  stage.on_out = [&](const std::string& line) {
    auto blank = line.find(' ');
    pid_t supervisor = parse_pid(line);
    Fd command = open_pidfd(parse_pid(std::string_view(line).substr(blank + 1)));
    ::kill(supervisor, SIGSTOP);
    ::syscall(SYS_pidfd_send_signal, command.get(), SIGSEGV, nullptr, 0);
    REQUIRE(ends(command));
    for (int calls = 0; calls < 2; ++calls)
      stage.child->terminate(patience);  // the supervisor will read one of them
    ::kill(supervisor, SIGCONT);
  };
  stage.run_to_exit(shell("echo $PPID $$; " + forever));
  CHECK(stage.exit->signal == SIGSEGV);
}

TEST_CASE("terminating reaches a daemon with a session of its own") {
  Stage stage;
  Fd daemon;
  stage.on_out = [&](const std::string& line) {
    daemon = open_pidfd(parse_pid(line));
    stage.child->terminate(patience);
  };
  stage.run_to_exit(shell(start_daemon + forever));
  REQUIRE(daemon);
  CHECK_FALSE(is_running(daemon));
  CHECK(stage.exit->signal == SIGTERM);
}

TEST_CASE("destroying a child kills its tree without a further event") {
  Stage stage;
  Fd daemon;
  stage.on_out = [&](const std::string& line) {
    daemon = open_pidfd(parse_pid(line));
    stage.loop->stop();
  };
  stage.start(shell(start_daemon + forever));
  stage.run();
  stage.child.reset();
  CHECK(ends(daemon));
  CHECK_FALSE(stage.exit);
}

TEST_CASE("a tree whose supervisor is killed is found and killed all the same") {
  Stage stage;
  std::vector<Fd> tree;
  stage.on_out = [&](const std::string& line) {
    tree.push_back(open_pidfd(parse_pid(line)));
    if (tree.size() == 2) ::kill(parse_pid(stage.out[0]), SIGKILL);  // the supervisor
  };
  stage.run_to_exit(shell("echo $PPID; " + start_daemon + forever));
  CHECK(stage.exit->signal == SIGKILL);
  for (const auto& process : tree) CHECK_FALSE(is_running(process));
}

TEST_CASE("helper: start a daemon below a child" * doctest::skip()) {
  Stage stage;
  stage.on_out = [](const std::string& line) {
    std::printf("daemon %s\n", line.c_str());
    std::fflush(stdout);
  };
  stage.run_to_exit(shell(start_daemon + forever));
}

TEST_CASE("when the starter is killed with kill -9, the child's whole tree goes with it") {
  Scratch scratch;
  Helper helper("helper: start a daemon below a child", scratch.path);
  Fd daemon = open_pidfd(parse_pid(helper.read("daemon")));
  REQUIRE(is_running(daemon));
  helper.kill();
  CHECK(ends(daemon));
}

TEST_CASE("a script without a first line that names its interpreter ends as 127 with the reason") {
  Scratch scratch;
  const auto script = scratch.path / "script";
  std::FILE* file = std::fopen(script.c_str(), "w");
  REQUIRE(file);
  std::fputs("echo hi\n", file);
  std::fclose(file);
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  Stage stage;
  stage.run_to_exit(
      {.argv = {"./script"}, .environment = inherited_environment(), .directory = scratch.path});
  CHECK(stage.exit->code == 127);
  REQUIRE(stage.err.size() == 1);
  CHECK(stage.err[0] ==
        "weir: cannot execute '" + (scratch.path / "./script").string() + "': Exec format error");
}
