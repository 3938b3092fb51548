// A process that outlives us. The embedded workspace runs drivers this way: the server may be killed and started
// again while they run on, and nothing is started twice or lost.
//
// Protocol: prepare() starts a small supervisor (our own binary, as `exec-shim`) that waits. The caller records its
// identity durably, then calls go(). If we die in between, the supervisor reads end-of-file and exits without having
// started anything. When the command ends, the supervisor kills every descendant that is left, writes the exit file
// (temporary name, fsync, rename) and exits.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "loop/loop.h"
#include "process/command.h"

namespace weir::process {

struct DetachedSpec {
  Command command{};
  std::filesystem::path out{};        ///< standard output goes here, appended
  std::filesystem::path err{};        ///< standard error; may be the same file
  std::filesystem::path exit_file{};  ///< must not exist yet
};

/// A process, told apart from a later one with the same number.
struct Identity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
  std::string boot_id{};
  friend bool operator==(const Identity&, const Identity&) = default;
};

class Prepared {
 public:
  virtual ~Prepared() = default;  ///< without go(): the supervisor exits and nothing runs
  virtual const Identity& supervisor() const = 0;
  virtual Result<void> go() = 0;
};

Result<std::unique_ptr<Prepared>> prepare(const DetachedSpec& spec);

/// False once the supervisor has exited, or after a reboot.
bool is_alive(const Identity& supervisor);

/// Calls `gone` on the loop when the supervisor has exited (at once, if it has already). The exit file is complete
/// by then, or absent when the supervisor itself was killed. Destroying the result ends the watch.
class ExitWatch {
 public:
  virtual ~ExitWatch() = default;
};
std::unique_ptr<ExitWatch> watch_exit(Loop& loop, const Identity& supervisor, std::function<void()> gone);

/// How the command ended, from the exit file; nullopt when there is none.
std::optional<Exit> read_exit(const std::filesystem::path& exit_file);

/// Asks the supervisor to end the command and all its descendants: SIGTERM, then SIGKILL after `grace` seconds,
/// done by the supervisor itself so that it happens even if we die. When the supervisor is gone already, whatever it
/// left behind is killed.
void terminate_tree(const Identity& supervisor);

/// The supervisor's own main; `weir exec-shim …` calls it. See shim.cpp for its arguments.
int shim_main(int argc, char** argv);

}  // namespace weir::process
