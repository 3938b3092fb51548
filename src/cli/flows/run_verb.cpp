#include "cli/flows/run_verb.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/task_policy.h"
#include "cli/flows/declared_flow.h"
#include "cli/flows/parameters.h"
#include "cli/flows/python_run.h"
#include "cli/session/connect.h"
#include "cli/watching/see_through.h"
#include "core/graph_check.h"
#include "yaml/flow_file.h"

namespace weir::cli {
namespace {

struct Options {
  std::string flow{};
  std::vector<std::string> parameters{};
  std::string workspace{};
  std::string durability = "process";
  std::string python{};
  bool refresh = false;
  bool quiet = false;
};

Result<core::Durability> durability_of(const std::string& name) {
  if (name == "process") return core::Durability::process;
  if (name == "disk") return core::Durability::disk;
  return fail(Code::invalid, fmt::format("there is no durability '{}'", name),
              "process: survives the death of weir; disk: and power loss");
}

/// Where relative files are looked for, also when the run is resumed from elsewhere.
std::string working_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

bool uses_databricks(const core::FlowSpec& flow) {
  return std::ranges::any_of(flow.tasks,
                             [](const auto& task) { return task.kind.starts_with("databricks."); });
}

Exit run_program(const Options& options, const Program& program, Terminal& terminal) {
  auto flow = find_flow(program, options.flow);
  if (!flow) return terminal.error(flow.error());
  auto values = with_values(declared_parameters(**flow), options.parameters);
  if (!values) return terminal.error(values.error());
  auto durability = durability_of(options.durability);
  if (!durability) return terminal.error(durability.error());
  auto workspace = std::make_shared<WorkspaceChoice>(chosen_workspace(options.workspace), true);
  auto session = Session::open(terminal, workspace);
  if (!session) return terminal.error(session.error());

  core::RunStarted about;
  api::describe(**flow, about);
  about.parameters = std::move(*values);
  about.source = {{"face", "cpp"}, {"program", program.name}, {"directory", working_directory()}};
  about.durability = *durability;
  about.refresh = options.refresh;
  auto slot = (*session)->engine().start(std::move(about), {}, false);
  if (!slot) return terminal.error(slot.error());
  return see_body_through(**session, *slot, **flow, {"running", options.quiet, program.name}, terminal);
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
  about.source = {{"face", "yaml"},
                  {"file", std::filesystem::absolute(options.flow).string()},
                  {"directory", working_directory()}};
  about.durability = *durability;
  about.timeout = spec->timeout;
  about.run_limit = spec->run_limit;
  about.hooks = spec->hooks;
  about.limits = spec->limits;
  about.refresh = options.refresh;
  auto slot = (*session)->engine().start(std::move(about), core::in_order(std::move(spec->tasks)), true);
  if (!slot) return terminal.error(slot.error());
  return see_through(**session, *slot, {"running", options.quiet, program.name}, terminal);
}

Exit run_python_file(const Options& options, const PythonFile& named, Terminal& terminal) {
  auto durability = durability_of(options.durability);
  if (!durability) return terminal.error(durability.error());
  auto source = source_of(named, options.python);
  if (!source) return terminal.error(source.error());
  auto workspace = std::make_shared<WorkspaceChoice>(chosen_workspace(options.workspace), true);
  auto session = Session::open(terminal, workspace);
  if (!session) return terminal.error(session.error());
  PythonRun asked{std::move(*source), named.flow, options.parameters, *durability, options.refresh};
  return run_python(**session, asked, {.doing = "running", .quiet = options.quiet}, terminal);
}

Exit run_flow(const Options& options, const Program& program, Terminal& terminal) {
  if (!program.flows.empty()) return run_program(options, program, terminal);
  if (auto named = python_file(options.flow)) return run_python_file(options, *named, terminal);
  return run_file(options, program, terminal);
}

}  // namespace

void add_run_verb(Verb root, const Program& program) {
  root.verb("run", "Run a flow and follow it to its end", [&program](Verb verb) {
    auto options = std::make_shared<Options>();
    if (program.flows.empty()) {
      verb.argument("FILE", options->flow,
                    "the flow file: flow.yaml, flow.py, or flow.py:name when it has several");
      verb.option("--python", options->python, "The Python that runs the flow's file");
    } else {
      verb.optional_argument("FLOW", options->flow, "which flow, when the program has several");
    }
    verb.option("-p,--parameter", options->parameters,
                "A parameter of the flow: name=value; may be repeated");
    verb.option("--durability", options->durability, "What the run survives: process (default) or disk");
    verb.option("-w,--workspace", options->workspace,
                "Where Databricks tasks run: a profile of ~/.databrickscfg, an address, or 'embedded'");
    verb.flag("--refresh", options->refresh,
              "Run every task, also those whose result is kept from earlier runs");
    verb.flag("-q,--quiet", options->quiet, "Do not show what the tasks print");
    verb.runs([options, &program](Terminal& terminal) { return run_flow(*options, program, terminal); });
  });
}

}  // namespace weir::cli
