// A process that ends with us: however this process dies, kill -9 included, the child and everything it
// started are killed too. Used for `process` tasks.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "loop/loop.h"
#include "process/command.h"
#include "process/fd.h"

namespace weir::process {

enum class Stream : std::uint8_t { out, err };

/// Events come on the loop's thread. Any of them may be empty.
struct ChildEvents {
  /// One line without its newline; what is not UTF-8 passes through. A line longer than 64 KiB comes in
  /// pieces.
  std::function<void(Stream, std::string_view)> on_line{};
  /// Output exactly as it was written, before the lines in it. For who needs it whole.
  std::function<void(Stream, std::string_view)> on_bytes{};
  /// Once, after the last line, when the process has ended and its descendants are gone. The child may be
  /// destroyed in here, but not in the other two.
  std::function<void(Exit)> on_exit{};
};

class Child {
 public:
  /// Code::not_found when the program does not exist, Code::invalid for a bad directory or an empty argv:
  /// found before this returns. `input` becomes standard input, which is empty without one. Loop thread only, as all
  /// of this.
  static Result<std::unique_ptr<Child>> start(Loop& loop, const Command& command, ChildEvents events,
                                              const Fd& input = {});

  /// SIGTERM to the whole tree, SIGKILL after `grace` (at once when it is 0); descendants that outlast
  /// the process itself have the same grace. on_exit follows. Called
  /// again, the earlier end counts.
  virtual void terminate(Duration grace) = 0;

  /// Kills what is left at once; no further event.
  virtual ~Child() = default;
};

/// Whether commands of this owner (Command::owner) are still being ended that a process of before started: children
/// die with whoever started them, but not in the same instant. Looks through /proc.
bool is_still_ending(std::string_view owner);

}  // namespace weir::process
