#include "cli/run_verb.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "api/flow_body.h"
#include "cli/connect.h"
#include "cli/declared_flow.h"
#include "cli/follow.h"
#include "cli/parameters.h"
#include "cli/run_page.h"
#include "cli/run_view.h"
#include "cli/state_look.h"
#include "core/graph_check.h"
#include "yaml/flow_file.h"

namespace weir::cli {
namespace {

struct Options {
  std::string flow{};
  std::vector<std::string> parameters{};
  std::string workspace{};
  std::string durability = "process";
  bool quiet = false;
};

Result<core::Durability> durability_of(const std::string& name) {
  if (name == "process") return core::Durability::process;
  if (name == "disk") return core::Durability::disk;
  return fail(Code::invalid, fmt::format("there is no durability '{}'", name),
              "process: survives the death of weir; disk: and power loss");
}

bool uses_databricks(const core::FlowSpec& flow) {
  return std::ranges::any_of(flow.tasks,
                             [](const auto& task) { return task.kind.starts_with("databricks."); });
}

/// Ends the process at once: threads may be inside of user code that knows no end. Everything is durable, and what
/// must not outlive us (processes, leases) goes with the process.
[[noreturn]] void leave(Exit exit) {
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(exit));
}

/// Follows a run to its end and prints what is asked for.
Exit see_through(Session& session, runtime::RunSlot slot, bool resumed, bool quiet, Terminal& terminal,
                 const std::string& program) {
  Progress progress(terminal, quiet);
  RunPage page(session.folder());
  session.engine().observe(page);
  const auto& run = session.engine().run(slot);
  progress.begin(run, resumed ? "resuming" : "running", page.link(run.about().name));
  page.write(run);
  auto followed = follow(session, slot, progress, terminal, program);
  if (terminal.as_json) print_json(run, terminal);
  if (!is_terminal(followed.state)) leave(followed.exit);
  progress.end(run, program);
  return followed.exit;
}

/// Runs the body of a C++ flow on a thread of its own while this one follows the run.
Exit see_body_through(Session& session, runtime::RunSlot slot, const Flow& flow, bool resumed, bool quiet,
                      Terminal& terminal, const std::string& program) {
  auto body = std::make_shared<api::FlowBody>(session.engine(), session.functions(), slot);
  session.engine().observe(*body);
  std::thread thread(
      [&] { body->run(flow, arguments_of(flow, session.engine().run(slot).about().parameters)); });
  Exit exit = see_through(session, slot, resumed, quiet, terminal, program);
  body->abandon();
  thread.join();
  return exit;
}

Exit run_program(const Options& options, const Program& program, Terminal& terminal) {
  auto flow = find_flow(program, options.flow);
  if (!flow) return terminal.error(flow.error());
  auto values = with_values(declared_parameters(**flow), options.parameters);
  if (!values) return terminal.error(values.error());
  auto durability = durability_of(options.durability);
  if (!durability) return terminal.error(durability.error());
  auto session = Session::open(terminal, chosen_workspace(options.workspace));
  if (!session) return terminal.error(session.error());

  core::RunStarted about;
  about.flow = (*flow)->name;
  about.parameters = std::move(*values);
  about.source = {{"face", "cpp"}, {"program", program.name}};
  about.durability = *durability;
  auto slot = (*session)->engine().start(std::move(about), {}, false);
  if (!slot) return terminal.error(slot.error());
  return see_body_through(**session, *slot, **flow, false, options.quiet, terminal, program.name);
}

Exit run_file(const Options& options, const Program& program, Terminal& terminal) {
  auto durability = durability_of(options.durability);
  if (!durability) return terminal.error(durability.error());
  auto session = Session::open(terminal, chosen_workspace(options.workspace));
  if (!session) return terminal.error(session.error());
  auto spec = yaml::read_flow(options.flow, (*session)->engine().kinds());
  if (!spec) return refuse(terminal, spec.error());
  auto values = with_values(spec->parameters, options.parameters);
  if (!values) return terminal.error(values.error());
  if (uses_databricks(*spec)) {
    auto fine = check_workspace(chosen_workspace(options.workspace));
    if (!fine) return terminal.error(fine.error());
  }

  core::RunStarted about;
  about.flow = spec->name;
  about.parameters = std::move(*values);
  about.source = {{"face", "yaml"}, {"file", std::filesystem::absolute(options.flow).string()}};
  about.durability = *durability;
  auto slot = (*session)->engine().start(std::move(about), core::in_order(std::move(spec->tasks)), true);
  if (!slot) return terminal.error(slot.error());
  return see_through(**session, *slot, false, options.quiet, terminal, program.name);
}

/// The run may have been started by another program: then only that one has its functions.
Result<const Flow*> flow_of_run(const core::Run& run, const Program& program) {
  if (string_or(run.about().source, "face", "") != "cpp") return nullptr;
  auto flow = std::ranges::find(program.flows, run.about().flow, &Flow::name);
  if (flow != program.flows.end()) return &*flow;
  return fail(Code::invalid, fmt::format("run '{}' belongs to a C++ program", run.about().name),
              fmt::format("go on with: {} runs resume {}",
                          string_or(run.about().source, "program", "PROGRAM"), run.about().name));
}

Exit resume(const std::string& name, const Options& options, const Program& program, Terminal& terminal) {
  auto session = Session::open(terminal, chosen_workspace(options.workspace));
  if (!session) return terminal.error(session.error());
  auto slot = (*session)->engine().resume(name);
  if (!slot) return terminal.error(slot.error());
  const auto& run = (*session)->engine().run(*slot);
  if (is_terminal(run.state())) {
    terminal.say(fmt::format("run '{}' has ended: {}", run.about().name, state_word(terminal, run.state())));
    if (terminal.as_json) print_json(run, terminal);
    return run.state() == core::RunState::succeeded ? Exit::ok : Exit::run_failed;
  }
  auto flow = flow_of_run(run, program);
  if (!flow) return terminal.error(flow.error());
  if (*flow) return see_body_through(**session, *slot, **flow, true, options.quiet, terminal, program.name);
  return see_through(**session, *slot, true, options.quiet, terminal, program.name);
}

void add_common(Verb& verb, Options& options) {
  verb.option("-w,--workspace", options.workspace,
              "Where Databricks tasks run: a profile of ~/.databrickscfg, or 'embedded'");
  verb.flag("-q,--quiet", options.quiet, "Do not show what the tasks print");
}

}  // namespace

void add_run_verb(Verb root, const Program& program) {
  auto options = std::make_shared<Options>();
  Verb verb = root.verb("run", "Run a flow and follow it to its end");
  if (program.flows.empty()) {
    verb.argument("FILE", options->flow, "the flow file, flow.yaml");
  } else {
    verb.optional_argument("FLOW", options->flow, "which flow, when the program has several");
  }
  verb.option("-p,--parameter", options->parameters, "A parameter of the flow: name=value; may be repeated");
  verb.option("--durability", options->durability, "What the run survives: process (default) or disk");
  add_common(verb, *options);
  verb.runs([options, &program](Terminal& terminal) {
    return program.flows.empty() ? run_file(*options, program, terminal)
                                 : run_program(*options, program, terminal);
  });
}

void add_resume_verb(Verb runs, const Program& program) {
  auto options = std::make_shared<Options>();
  auto name = std::make_shared<std::string>();
  Verb verb = runs.verb("resume", "Go on with a run whose process is gone");
  verb.argument("RUN", *name, "name or id of the run");
  add_common(verb, *options);
  verb.runs(
      [options, name, &program](Terminal& terminal) { return resume(*name, *options, program, terminal); });
}

}  // namespace weir::cli
