#include "cli/workspace_serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/session.h"

namespace weir::cli {

Exit serve_workspace(Terminal& terminal, const workspace::WorkspaceOptions& options) {
  auto signals = termination_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);

  auto loop = make_loop();
  auto served = workspace::Workspace::open(*loop, options);
  if (!served) return terminal.error(served.error());
  terminal.say(fmt::format("serving {}", (*served)->host()));
  auto watch = loop->watch_readable(descriptor, [&] { loop->stop(); });
  loop->run();
  loop->unwatch(watch);
  ::close(descriptor);
  return Exit::ok;
}

}  // namespace weir::cli
