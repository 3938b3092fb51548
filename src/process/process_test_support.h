// What the tests of this folder share: a loop that runs until something holds, and waiting for a process to
// die.
#pragma once

#include <charconv>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include "base/ids.h"
#include "loop/loop.h"
#include "process/child.h"
#include "process/fd.h"
#include "process/process_table.h"

namespace weir::process::testing {

constexpr auto patience = std::chrono::seconds{30};

/// A shell command with our environment.
inline Command shell(const std::string& script, std::filesystem::path directory = {}) {
  return {.argv = {"sh", "-c", script},
          .environment = inherited_environment(),
          .directory = std::move(directory)};
}

/// A command that runs until it is killed.
inline const std::string forever = "exec tail -f /dev/null";

/// Prints the pid of a daemon (two forks, a session of its own), then goes on itself. The daemon lets go of
/// standard output, since tail ends when nobody reads it.
inline const std::string start_daemon = "(setsid sh -c 'echo $$; exec tail -f /dev/null >/dev/null' &); ";

inline pid_t parse_pid(std::string_view text) {
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return pid;
}

/// True once the process has ended, false when it outlasts our patience.
inline bool ends(const Fd& pidfd) {
  if (!pidfd) return true;  // there was nobody to open
  pollfd watched{pidfd.get(), POLLIN, 0};
  return ::poll(&watched, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) == 1;
}

inline bool is_running(const Fd& pidfd) {
  pollfd watched{pidfd.get(), POLLIN, 0};
  return pidfd && ::poll(&watched, 1, 0) == 0;
}

/// A loop and one child on it, with all that it has said.
class Stage {
 public:
  std::unique_ptr<Loop> loop = make_loop();
  std::vector<std::string> out{};
  std::vector<std::string> err{};
  std::optional<Exit> exit{};
  std::function<void(const std::string&)> on_out = [](const std::string&) {};
  std::unique_ptr<Child> child{};

  void start(const Command& command) {
    auto started = Child::start(*loop, command,
                                {.on_line =
                                     [this](Stream stream, std::string_view line) {
                                       (stream == Stream::out ? out : err).emplace_back(line);
                                       if (stream == Stream::out) on_out(out.back());
                                     },
                                 .on_exit =
                                     [this](Exit how) {
                                       exit = how;
                                       loop->stop();
                                     }});
    REQUIRE_MESSAGE(started, (started ? "" : to_text(started.error())));
    child = std::move(*started);
  }

  /// Runs the loop until it is stopped.
  void run() {
    auto too_long = loop->after(patience, [this] {
      FAIL_CHECK("nothing happened for too long");
      loop->stop();
    });
    loop->run();
    loop->cancel_timer(too_long);
  }

  void run_to_exit(const Command& command) {
    start(command);
    run();
    REQUIRE(exit);
  }
};

/// A directory that goes away again.
class Scratch {
 public:
  Scratch() { std::filesystem::create_directory(path); }
  ~Scratch() { std::filesystem::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path path = [] {
    SystemRandom random;
    return std::filesystem::temp_directory_path() / ("weir-process-" + random_hex(random, 8));
  }();
};

/// This test program run once more with one of its skipped cases: a process to kill. What the case prints as
/// "key value" can be read back.
class Helper {
 public:
  Helper(const std::string& test_case, const std::filesystem::path& directory);
  ~Helper() { kill(); }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  /// The value printed under `key`.
  std::string read(const std::string& key);
  void kill();  ///< SIGKILL, and waits for its end

 private:
  pid_t pid_ = 0;
  Fd output_{};
  std::string text_{};
};

}  // namespace weir::process::testing
