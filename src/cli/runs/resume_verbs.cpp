#include "cli/runs/resume_verbs.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/flows/python_run.h"
#include "cli/runs/runs_pause.h"
#include "cli/session/connect.h"
#include "cli/watching/run_view.h"
#include "cli/watching/see_through.h"
#include "cli/watching/state_look.h"
#include "cli/watching/watched_run.h"

namespace weir::cli {
namespace {

struct Options {
  std::string run{};
  std::vector<std::string> from{};
  std::string workspace{};
  std::string python{};
  bool quiet = false;
};

/// nullptr for a flow of a file. The run may have been started by another program: then only that one has its functions.
Result<const Flow*> flow_of_run(const core::Run& run, const Program& program, std::string_view verb) {
  if (string_or(run.about().source, "face", "") != "cpp") return nullptr;
  auto flow = std::ranges::find(program.flows, run.about().flow, &Flow::name);
  if (flow != program.flows.end()) return &*flow;
  return fail(Code::invalid, fmt::format("run '{}' belongs to a C++ program", run.about().name),
              fmt::format("go on with: {} runs {} {}", string_or(run.about().source, "program", "PROGRAM"),
                          verb, run.about().name));
}

bool is_python(const core::RunStarted& about) { return string_or(about.source, "face", "") == "python"; }

/// Its tasks are what a program declares, again in each life of the run.
bool has_body(const core::RunStarted& about) {
  return is_python(about) || string_or(about.source, "face", "") == "cpp";
}

Exit go_on(Session& session, runtime::RunSlot slot, const Flow* flow, const std::string& python,
           const Seeing& seeing, Terminal& terminal) {
  if (is_python(session.engine().run(slot).about()))
    return go_on_python(session, slot, python, seeing, terminal);
  if (flow) return see_body_through(session, slot, *flow, seeing, terminal);
  session.workspace().settle("");
  return see_through(session, slot, seeing, terminal);
}

/// The turn in which the engine reopens the run is posted already: what is shown begins after it.
void take_first_turn(Loop& loop) {
  loop.post([&loop] { loop.stop(); });
  loop.run();
}

/// The process that was asked to pause the run died before it did: this resume is the later word.
Result<void> overrule_pauses(store::Store& store, const store::RunSummary& run) {
  auto unanswered = store.requests_of(run.number);
  if (!unanswered || unanswered->empty()) return {};
  return store.request(run.number, runtime::to_json(runtime::Ask::unpause), SystemClock{}.now());
}

Exit resume(const Options& options, const Program& program, Terminal& terminal) {
  auto workspace = std::make_shared<WorkspaceChoice>(chosen_workspace(options.workspace), true);
  auto session = Session::open(terminal, workspace);
  if (!session) return terminal.error(session.error());
  auto& store = (*session)->store();
  auto summary = store.find_run(options.run);
  if (!summary) return terminal.error(summary.error());
  if (is_executed(store, *summary)) return unpause(store, *summary, terminal, program.name);

  if (auto overruled = overrule_pauses(store, *summary); !overruled) return terminal.error(overruled.error());
  auto& engine = (*session)->engine();
  auto slot = engine.resume(summary->id, has_body);
  if (!slot) return terminal.error(slot.error());
  const auto& run = engine.run(*slot);
  if (is_terminal(run.state())) {
    terminal.say(fmt::format("run '{}' has ended: {}", run.about().name, state_word(terminal, run.state())));
    if (terminal.as_json) print_json(run, terminal);
    return run.state() == core::RunState::succeeded ? Exit::ok : Exit::run_failed;
  }
  auto flow = flow_of_run(run, program, "resume");
  if (!flow) return terminal.error(flow.error());
  if (run.is_paused()) engine.ask(*slot, runtime::Ask::unpause);
  return go_on(**session, *slot, *flow, options.python, {"resuming", options.quiet, program.name}, terminal);
}

Exit retry(const Options& options, const Program& program, Terminal& terminal) {
  auto workspace = std::make_shared<WorkspaceChoice>(chosen_workspace(options.workspace), true);
  auto session = Session::open(terminal, workspace);
  if (!session) return terminal.error(session.error());
  auto summary = (*session)->store().find_run(options.run);
  if (!summary) return terminal.error(summary.error());
  WatchedRun before((*session)->store(), *summary);
  auto read = before.read_on([](const core::Event&) {});
  if (!read) return terminal.error(read.error());
  auto flow = flow_of_run(before.run(), program, "retry");
  if (!flow) return terminal.error(flow.error());
  auto slot = (*session)->engine().again(summary->id, options.from, has_body(before.run().about()));
  if (!slot) return terminal.error(slot.error());
  take_first_turn((*session)->loop());
  return go_on(**session, *slot, *flow, options.python, {"retrying", options.quiet, program.name}, terminal);
}

void add_common(Verb& verb, Options& options) {
  verb.argument("RUN", options.run, "name or id of the run");
  verb.option("-w,--workspace", options.workspace,
              "Where Databricks tasks run: a profile of ~/.databrickscfg, an address, or 'embedded'");
  verb.option("--python", options.python,
              "The Python for a flow in Python, in place of the one that began the run");
  verb.flag("-q,--quiet", options.quiet, "Do not show what the tasks print");
}

}  // namespace

Exit resume_run(const std::string& run, const std::string& workspace, const Program& program,
                Terminal& terminal) {
  return resume({.run = run, .workspace = workspace}, program, terminal);
}

void add_resume_verb(Verb runs, const Program& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("resume", "Go on with a run that is paused, or whose process is gone");
  add_common(verb, *options);
  verb.runs([options, &program](Terminal& terminal) { return resume(*options, program, terminal); });
}

void add_retry_verb(Verb runs, const Program& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("retry", "Run again what did not succeed in a finished run, and keep the rest");
  add_common(verb, *options);
  verb.option("--from", options->from,
              "Run this task and what follows from it again instead; may be repeated");
  verb.runs([options, &program](Terminal& terminal) { return retry(*options, program, terminal); });
}

}  // namespace weir::cli
