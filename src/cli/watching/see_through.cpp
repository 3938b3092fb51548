#include "cli/watching/see_through.h"

#include <thread>

#include <fmt/format.h>

#include "api/flow_body.h"
#include "api/flow_hooks.h"
#include "cli/terminal/program.h"
#include "cli/watching/follow.h"
#include "cli/watching/run_page_writer.h"
#include "cli/watching/run_view.h"
#include "workers/hook_runner.h"

namespace weir::cli {
namespace {

constexpr Duration hook_patience = std::chrono::minutes{1};

[[noreturn]] void leave(Exit exit) {
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(exit));
}

/// A text as it is, anything else as JSON; what is no JSON as what it looks like.
std::string shown(const json& returned) {
  if (returned.is_string()) return std::string(returned.get_string());
  return core::is_wrapped(returned) ? string_or(returned.get_object().begin()->value(), "text", "")
                                    : to_pretty_text(returned);
}

}  // namespace

Exit see_through(Session& session, runtime::RunSlot slot, const Seeing& seeing, Terminal& terminal) {
  auto& engine = session.engine();
  Progress progress(terminal, seeing.quiet);
  RunPage page(session.folder());
  RunPageWriter pages(session.loop(), engine, page);
  engine.observe(pages);
  auto hooks = workers::make_hook_runner();
  engine.observe(*hooks);
  engine.serve_requests();
  const auto& run = engine.run(slot);
  if (seeing.started) seeing.started(progress);
  progress.begin(run, seeing.doing, page.link(run.about().name));
  if (engine.is_queued(slot)) {
    progress.say(fmt::format("queued: starts when other runs of '{}' have ended", run.about().flow));
  }
  pages.follow(slot);
  auto followed = follow(session, slot, progress, terminal, seeing.program);
  json returned = seeing.returned ? seeing.returned() : json(nullptr);
  if (terminal.as_json) print_json(run, terminal, returned);
  auto rest = [&] {
    if (seeing.at_rest) seeing.at_rest(followed.state, followed.exit);
    pages.flush();
  };
  if (!is_terminal(followed.state)) {
    rest();
    leave(followed.exit);
  }
  for (const auto& trouble : hooks->finish(hook_patience)) {
    progress.say(terminal.ink(Terminal::Ink::yellow, "warning: ") + trouble);
  }
  progress.end(run, seeing.program);
  if (!returned.is_null() && !terminal.as_json) terminal.data(shown(returned));
  rest();
  return followed.exit;
}

Exit see_body_through(Session& session, runtime::RunSlot slot, const Flow& flow, const Seeing& seeing,
                      Terminal& terminal) {
  api::FlowHooks hooks(flow, slot, session.engine().run(slot).about());
  session.engine().observe(hooks);
  auto body =
      std::make_shared<api::FlowBody>(session.loop(), session.engine(), session.functions(), hooks, slot);
  session.engine().observe(*body);
  body->on_workspace([&session](const auto& said) -> std::optional<std::string> {
    auto chosen = session.workspace().choose(said);
    return chosen ? std::nullopt : std::optional(to_text(chosen.error()));
  });
  std::thread thread(
      [&] { body->run(flow, arguments_of(flow, session.engine().run(slot).about().parameters)); });
  Exit exit = see_through(session, slot, seeing, terminal);
  body->abandon();
  thread.join();
  return exit;
}

}  // namespace weir::cli
