#include "cli/runs/runs_cancel.h"

#include <fmt/format.h>

#include "cli/session/connect.h"
#include "cli/watching/follow.h"
#include "cli/watching/run_wait.h"
#include "cli/watching/state_look.h"

namespace weir::cli {
namespace {

struct Options {
  std::string run{};
  std::string workspace{};
  bool no_wait = false;
};

/// What became of it; a run that had ended by itself in the meantime is told as that.
Exit tell(const core::Run& run, const Terminal& terminal) {
  const auto& about = run.about();
  if (terminal.as_json) {
    terminal.data_json({{"name", about.name}, {"id", about.id}, {"state", core::name_of(run.state())}});
  } else if (run.state() == core::RunState::cancelled) {
    terminal.say(fmt::format("run '{}' is {}", about.name, state_word(terminal, run.state())));
  } else {
    terminal.say(fmt::format("run '{}' ended before it could be cancelled: {}", about.name,
                             state_word(terminal, run.state())));
  }
  return Exit::ok;
}

/// No process executes the run: this one takes it, records the request, starts nothing, and waits until the attempts
/// that live elsewhere have been seen to end.
Exit cancel_here(const std::string& run_id, const Options& options, const Terminal& terminal,
                 const std::string& program) {
  auto session = Session::open(terminal, chosen_workspace(options.workspace));
  if (!session) return terminal.error(session.error());
  auto& engine = (*session)->engine();
  engine.hold();
  auto slot = engine.resume(run_id);
  if (!slot) return terminal.error(slot.error());
  if (is_terminal(engine.run(*slot).state())) return tell(engine.run(*slot), terminal);
  engine.cancel(*slot);
  Progress progress(terminal, true);
  auto followed = follow(**session, *slot, progress, terminal, program);
  if (!is_terminal(followed.state)) return followed.exit;
  return tell(engine.run(*slot), terminal);
}

Exit wait_until_cancelled(store::Store& store, const store::RunSummary& run, const Options& options,
                          const Terminal& terminal, const std::string& program) {
  terminal.say(fmt::format("asked run '{}' to cancel; waiting until what is under way has been seen to end",
                           run.name));
  WatchedRun watched(store, run);
  auto waited = wait_for(watched, [](const core::Run&) { return false; });
  if (!waited) return terminal.error(waited.error());
  switch (*waited) {
    case Waited::seen:
      return tell(watched.run(), terminal);
    case Waited::abandoned:
      terminal.say("the process that executed it is gone: cancelling here");
      return cancel_here(run.id, options, terminal, program);
    case Waited::interrupted:
      terminal.say("no longer waiting; the run is cancelled all the same");
      return Exit::interrupted;
  }
  return Exit::ok;
}

Error ended_already(const store::RunSummary& run) {
  return {Code::conflict, fmt::format("run '{}' has ended: {}", run.name, core::name_of(run.state)),
          "there is nothing to cancel"};
}

Exit cancel(const Options& options, const Terminal& terminal, const std::string& program) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto& store = *archive->store;
  auto run = store.find_run(options.run);
  if (!run) return terminal.error(run.error());
  if (is_terminal(run->state)) return terminal.error(ended_already(*run));
  if (!store.is_leased(*run)) return cancel_here(run->id, options, terminal, program);
  auto asked = store.request(run->number, runtime::to_json(runtime::Ask::cancel), SystemClock{}.now());
  if (!asked) return terminal.error(asked.error());
  if (!options.no_wait) return wait_until_cancelled(store, *run, options, terminal, program);
  terminal.say(fmt::format("asked run '{}' to cancel", run->name));
  if (terminal.as_json) {
    terminal.data_json(
        {{"name", run->name}, {"id", run->id}, {"state", core::name_of(run->state)}, {"asked", "cancel"}});
  }
  return Exit::ok;
}

}  // namespace

void add_cancel_verb(Verb runs, const std::string& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("cancel", "End a run, whichever process executes it");
  verb.argument("RUN", options->run, "name or id of the run");
  verb.flag("--no-wait", options->no_wait, "Do not wait until it has ended");
  verb.option("-w,--workspace", options->workspace,
              "Where its Databricks tasks run: a profile of ~/.databrickscfg, an address, or 'embedded'");
  verb.runs([options, &program](Terminal& terminal) { return cancel(*options, terminal, program); });
}

}  // namespace weir::cli
