// Another process in tests: this program again, running one test case that is skipped otherwise, until it is killed.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::store {

class TestChild {
 public:
  /// `directory` becomes its working directory.
  TestChild(const std::string& test_case, const std::filesystem::path& directory) {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    std::string name = "--test-case=" + test_case;
    std::string program = "child";
    std::string no_skip = "--no-skip";
    std::array<char*, 4> argv{program.data(), no_skip.data(), name.data(), nullptr};
    int error = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    REQUIRE(error == 0);
  }
  ~TestChild() {
    kill_now();
    close(output_);
  }
  TestChild(const TestChild&) = delete;

  /// Returns when the child has called say_ready().
  void wait_until_ready() {
    std::string text;
    while (text.find("ready\n") == std::string::npos) {
      char c = 0;
      REQUIRE_MESSAGE(read(output_, &c, 1) == 1, "the child ended early: " << text);
      text += c;
    }
  }

  /// SIGKILL; returns when the process is gone.
  void kill_now() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  /// For the child: tells the parent, and stays until it is killed.
  static void say_ready_and_stay() {
    REQUIRE(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (;;) pause();
  }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
};

}  // namespace weir::store
