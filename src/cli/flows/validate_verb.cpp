#include "cli/flows/validate_verb.h"

#include <fmt/format.h>

#include "cli/flows/declared_flow.h"

namespace weir::cli {
namespace {

struct Options {
  std::vector<std::string> flows{};  ///< files, or flows of the program
  std::vector<std::string> parameters{};
  std::string python{};
};

using Checked = decltype(declared_flow({}, {}, {}, {}));

/// "flow.yaml: ok, flow 'tutorial', 5 tasks"
std::string praise(const std::string& name, const DeclaredFlow& flow) {
  std::size_t tasks = flow.spec.tasks.size();
  auto text = name == flow.spec.name ? fmt::format("{}: ok, {} task{}", name, tasks, tasks == 1 ? "" : "s")
                                     : fmt::format("{}: ok, flow '{}', {} task{}", name, flow.spec.name,
                                                   tasks, tasks == 1 ? "" : "s");
  if (flow.grows_after) text += fmt::format(" before it waits for {}", *flow.grows_after);
  return text;
}

json to_json(const std::string& name, const Checked& checked) {
  return JsonObject{{"name", name},
                    {"flow", checked ? json(checked->spec.name) : json(nullptr)},
                    {"tasks", checked ? json(checked->spec.tasks.size()) : json(nullptr)},
                    {"problems", checked ? json(JsonArray()) : cli::to_json(checked.error())}};
}

std::vector<std::string> names_of(const Program& program) {
  std::vector<std::string> names;
  for (const auto& flow : program.flows) names.push_back(flow.name);
  return names;
}

/// The exit code is that of the first problem.
Exit validate(const std::vector<std::string>& names, const Options& options, const Program& program,
              Terminal& terminal) {
  Exit exit = Exit::ok;
  JsonArray answers;
  for (const auto& name : names) {
    auto checked = declared_flow(program, name, options.parameters, options.python);
    if (!checked && exit == Exit::ok) exit = exit_code_of(checked.error().front().code);
    if (terminal.as_json) {
      answers.push_back(to_json(name, checked));
    } else if (checked) {
      terminal.data(praise(name, *checked));
    } else {
      refuse(terminal, checked.error());
    }
  }
  if (terminal.as_json) terminal.data_json(answers);
  return exit;
}

}  // namespace

void add_validate_verb(Verb root, const Program& program) {
  root.verb("validate", "Say everything that is wrong with flows, without running them",
            [&program](Verb verb) {
              auto options = std::make_shared<Options>();
              if (program.flows.empty()) {
                verb.arguments("FILE", options->flows, "flow files");
                verb.option("--python", options->python, "The Python that reads Python files");
              } else {
                verb.arguments("FLOW", options->flows, "which flows; all of the program's unless named");
              }
              verb.option("-p,--parameter", options->parameters,
                          "A parameter of the flows: name=value; may be repeated");
              verb.runs([options, &program](Terminal& terminal) {
                auto names = options->flows.empty() ? names_of(program) : options->flows;
                if (!names.empty()) return validate(names, *options, program, terminal);
                return terminal.error({Code::invalid, "no file is named", "weir validate flow.yaml"});
              });
            });
}

}  // namespace weir::cli
