// A process that outlives us. The embedded workspace runs drivers this way: the server may be killed and
// started again while they run on, and nothing is started twice or lost.
//
// Protocol: prepare() starts a small supervisor (our own binary, as `exec-shim`) that waits. The caller
// records its identity durably, then calls go(). If we die in between, the supervisor reads end-of-file and
// exits without having started anything. When the command ends, the supervisor kills every descendant that is
// left, writes the exit file (temporary name, fsync, rename) and exits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "loop/loop.h"
#include "process/command.h"

namespace weir::process {

struct DetachedSpec {
  Command command{};
  std::filesystem::path out{};        ///< standard output goes here, appended
  std::filesystem::path err{};        ///< standard error; may be the same file
  int in = -1;                        ///< becomes standard input, and stays the caller's to close; -1: none
  std::filesystem::path exit_file{};  ///< must not exist yet
  Duration grace = std::chrono::seconds{10};  ///< terminate_tree: from SIGTERM to SIGKILL
  std::int64_t output_bytes_max = 0;  ///< of each of `out` and `err` on disk; the end is kept. 0: no limit
  std::int64_t memory_bytes_max = 0;  ///< that each process of the command may have as its data. 0: no limit
};

/// A process, told apart from a later one with the same number.
struct Identity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
  std::string boot_id{};
  std::string tree{};  ///< unique; every process below carries it in WEIR_TREE
  friend bool operator==(const Identity&, const Identity&) = default;
};

class Prepared {
 public:
  virtual ~Prepared() = default;  ///< without go(): the supervisor exits and nothing runs
  virtual const Identity& supervisor() const = 0;
  virtual Result<void> go() = 0;
};

/// Fails as Child::start does, and with Code::conflict when the exit file exists, Code::invalid when a file
/// cannot be written. Should executing still fail after go(), the reason is in `err`, the exit code is 127.
Result<std::unique_ptr<Prepared>> prepare(const DetachedSpec& spec);

/// False once the supervisor has exited, or after a reboot.
bool is_alive(const Identity& supervisor);

/// Calls `gone` on the loop when the supervisor has exited (at once, if it has already). The exit file is
/// complete by then, or absent when the supervisor itself was killed. Destroying the result ends the watch.
class ExitWatch {
 public:
  virtual ~ExitWatch() = default;
};
std::unique_ptr<ExitWatch> watch_exit(Loop& loop, const Identity& supervisor, std::function<void()> gone);

/// How the command ended, from the exit file; nullopt when there is none.
std::optional<Exit> read_exit(const std::filesystem::path& exit_file);

/// Asks the supervisor to end the command and all its descendants: SIGTERM, then SIGKILL after the grace,
/// done by the supervisor itself so that it happens even if we die. When the supervisor is gone already,
/// whatever it left behind is killed: the processes that have its tree in their environment, which they
/// inherit however they detach themselves (a session can be left, and its number comes round again), and the
/// descendants of those.
void terminate_tree(const Identity& supervisor);

/// The supervisor's own main. Every program that links this library runs it in place of its main when its
/// first argument is `exec-shim`; nobody needs to call it.
int shim_main(int argc, char** argv);

}  // namespace weir::process
