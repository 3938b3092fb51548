#include "cli/embedded/workspace_serve.h"

#include <fmt/format.h>
#include <signal.h>

#include "cli/terminal/signals.h"

namespace weir::cli {

Exit serve_workspace(Terminal& terminal, const workspace::WorkspaceOptions& options) {
  block_termination_signals();
  ::signal(SIGPIPE, SIG_IGN);

  auto loop = make_loop();
  Signals signals(*loop, [&] { loop->stop(); });
  auto served = workspace::Workspace::open(*loop, options);
  if (!served) return terminal.error(served.error());
  terminal.say(fmt::format("serving {}", (*served)->host()));
  loop->run();
  return Exit::ok;
}

}  // namespace weir::cli
