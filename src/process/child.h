// A process that ends with us: however this process dies, kill -9 included, the child and everything it started
// are killed too. Used for `process` tasks.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "loop/loop.h"
#include "process/command.h"

namespace weir::process {

enum class Stream : std::uint8_t { out, err };

struct ChildEvents {
  /// One line without its newline, cut at 64 KiB; what is not UTF-8 passes through. Loop thread.
  std::function<void(Stream, std::string_view)> on_line;
  /// Once, after the last line, when the process has ended and its descendants are gone. Loop thread.
  std::function<void(Exit)> on_exit;
};

class Child {
 public:
  /// Code::not_found when the program does not exist, Code::invalid for a bad directory or an empty argv: found
  /// before this returns. Standard input is empty. Loop thread only, as all of this.
  static Result<std::unique_ptr<Child>> start(Loop& loop, const Command& command, ChildEvents events);

  /// SIGTERM to the whole tree, SIGKILL after `grace`. on_exit follows. Calling it again is fine.
  virtual void terminate(Duration grace) = 0;

  /// Kills what is left at once; no further event.
  virtual ~Child() = default;
};

}  // namespace weir::process
