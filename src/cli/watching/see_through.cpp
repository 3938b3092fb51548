#include "cli/watching/see_through.h"

#include <algorithm>
#include <future>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/flow_body.h"
#include "api/flow_hooks.h"
#include "cli/terminal/program.h"
#include "cli/terminal/signals.h"
#include "cli/watching/follow.h"
#include "cli/watching/run_page_writer.h"
#include "cli/watching/run_view.h"
#include "workers/hook_runner.h"

namespace weir::cli {
namespace {

constexpr Duration hook_patience = std::chrono::minutes{1};
constexpr Duration moment = std::chrono::seconds{1};
constexpr std::size_t named_max = 3;

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

/// The process ends when the user's code has returned, which nobody can make it do.
void say_who_stays(std::future<void> body_returned, workers::FunctionExecutor& functions,
                   const Terminal& terminal) {
  bool body_stays = body_returned.wait_for(moment) != std::future_status::ready;
  auto tasks = functions.not_returned(body_stays ? Duration{0} : moment);
  if (!body_stays && tasks.empty()) return;
  std::vector<std::string> who;
  if (body_stays) who.emplace_back("the flow's body");
  for (const auto& task : tasks) who.push_back(fmt::format("the function of task '{}'", task));
  auto more = who.size() > named_max ? fmt::format(" and {} more", who.size() - named_max) : "";
  who.resize(std::min(who.size(), named_max));
  terminal.say(fmt::format("the run has ended; waiting for {}{} to return: press Ctrl-C to leave at once",
                           fmt::join(who, ", "), more));
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
  release_termination_signals();
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
  std::promise<void> body_returned;
  std::thread thread([&] {
    body->run(flow, arguments_of(flow, session.engine().run(slot).about().parameters));
    body_returned.set_value();
  });
  Exit exit = see_through(session, slot, seeing, terminal);
  body->abandon();
  say_who_stays(body_returned.get_future(), session.functions(), terminal);
  thread.join();
  return exit;
}

}  // namespace weir::cli
