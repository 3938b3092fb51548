#include "cli/app.h"

#include <fmt/format.h>

#include <weir/main.h>

#include "cli/completion.h"
#include "cli/embedded/workspace_verbs.h"
#include "cli/flows/graph_verb.h"
#include "cli/flows/kinds_verb.h"
#include "cli/flows/python_run.h"
#include "cli/flows/run_verb.h"
#include "cli/flows/validate_verb.h"
#include "cli/remote/clusters_verbs.h"
#include "cli/remote/fs_verbs.h"
#include "cli/remote/jobs_verbs.h"
#include "cli/remote/libraries_verbs.h"
#include "cli/remote/secrets_verbs.h"
#include "cli/remote/sql_verb.h"
#include "cli/runs/limits_verbs.h"
#include "cli/runs/runs_verbs.h"
#include "cli/session/connect.h"

namespace weir::cli {
namespace {

void add_version_verb(Verb root) {
  root.verb("version", "Version of this program", [](Verb version) {
    version.runs([](Terminal& terminal) {
      if (terminal.as_json) {
        terminal.data_json({{"version", WEIR_VERSION}});
      } else {
        terminal.data("weir " WEIR_VERSION);
      }
      return Exit::ok;
    });
  });
}

}  // namespace

int run_app(int argc, char** argv, Program program) {
  CommandLine line(program.name, "Durable workflows for data pipelines on Spark and Databricks");
  Verb root = line.root();
  add_run_verb(root, program);
  add_graph_verb(root, program);
  add_validate_verb(root, program);
  add_runs_verbs(root, program);
  add_limits_verbs(root);
  add_kinds_verb(root);
  add_workspace_verbs(root);
  auto workspace = std::make_shared<std::string>();
  root.option("-w,--workspace", *workspace,
              "Which workspace: a profile of ~/.databrickscfg, an address, or 'embedded'");
  auto connect = [workspace](const Terminal& terminal) {
    return connect_to(chosen_workspace(*workspace), terminal);
  };
  add_jobs_verbs(root, connect);
  add_clusters_verbs(root, connect);
  add_libraries_verbs(root, connect);
  add_secrets_verbs(root, connect);
  add_sql_verb(root, connect);
  add_fs_verbs(root, connect);
  add_version_verb(root);
  root.verb("attach", "Serve the program at standard input", [](Verb verb) { verb.hidden().runs(attach); });
  add_completion_verb(root, program);
  Terminal terminal;
  if (argc > 1 && argv[1] == complete_word) {
    return static_cast<int>(complete(line, program, {argv + 2, argv + argc}, terminal));
  }
  return static_cast<int>(line.run(argc, argv, terminal));
}

}  // namespace weir::cli

namespace weir {

int main(int argc, char** argv, const std::vector<Flow>& flows) {
  std::string name = argc > 0 ? argv[0] : "program";
  return cli::run_app(argc, argv, {name, flows});
}

}  // namespace weir
