// Runs the helpers of the tests; holds no test of its own.
#include <array>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "process/process_test_support.h"

namespace weir::process::testing {

Helper::Helper(const std::string& test_case, const std::filesystem::path& directory) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  output_ = Fd(ends[0]);
  Fd theirs(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  std::vector<std::string> arguments = {"helper", "--no-skip", "--test-case=" + test_case};
  std::array<char*, 4> argv{arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  const int error = ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), ::environ);
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(error == 0);
}

std::string Helper::read(const std::string& key) {
  std::array<char, 4096> block;
  for (;;) {
    const auto begin = ("\n" + text_).find("\n" + key + " ");
    const auto end = begin == std::string::npos ? begin : text_.find('\n', begin);
    if (end != std::string::npos) return text_.substr(begin + key.size() + 1, end - begin - key.size() - 1);
    const ssize_t count = ::read(output_.get(), block.data(), block.size());
    REQUIRE_MESSAGE(count > 0, "the helper ended before it printed '" << key << "'");
    text_.append(block.data(), static_cast<std::size_t>(count));
  }
}

void Helper::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace weir::process::testing
