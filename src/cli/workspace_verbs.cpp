#include "cli/workspace_verbs.h"

#include <filesystem>
#include <limits>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/python_choice.h"
#include "cli/state_folder.h"
#include "cli/warm_choice.h"
#include "cli/workspace_serve.h"
#include "cli/workspace_server.h"
#include "workspace/erase.h"

namespace weir::cli {
namespace {

struct StartOptions {
  std::int64_t port = 0;
  std::string python{};
  std::string home{};
  bool foreground = false;
  WarmChoice warm{};
};

Result<std::filesystem::path> workspace_home() {
  auto state = state_folder();
  if (!state) return state;
  return *state / "workspace";
}

Result<std::uint16_t> checked_port(std::int64_t port) {
  if (port >= 0 && port <= std::numeric_limits<std::uint16_t>::max()) return static_cast<std::uint16_t>(port);
  return fail(Code::invalid, fmt::format("{} is no port", port),
              "choose one from 1024 to 65535, or leave --port out");
}

std::string local_time(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(static_cast<std::time_t>(ms / 1000)));
}

json describe(const std::filesystem::path& home, const WorkspaceServer& server) {
  return {{"running", true},
          {"host", server.host},
          {"port", server.port},
          {"pid", server.pid},
          {"started", server.started_ms},
          {"home", home.string()},
          {"token_file", (home / "token").string()}};
}

void show(const Terminal& terminal, const std::filesystem::path& home, const WorkspaceServer& server) {
  if (terminal.as_json) return terminal.data_json(describe(home, server));
  terminal.data(fmt::format("host   {}", server.host));
  terminal.data(fmt::format("token  in {}", (home / "token").string()));
  terminal.data(fmt::format("server process {}, since {}", server.pid, local_time(server.started_ms)));
  terminal.say("");
  terminal.say("Any Databricks client can use it:");
  terminal.say(fmt::format("  export DATABRICKS_HOST={} DATABRICKS_TOKEN=\"$(cat '{}')\"", server.host,
                           (home / "token").string()));
}

Exit serve_on(Terminal& terminal, const std::filesystem::path& home, const std::filesystem::path& python,
              std::uint16_t port, const WarmChoice& warm) {
  workspace::WorkspaceOptions options{.home = home, .python = python, .port = port};
  if (auto chosen = warm.apply_to(options); !chosen) return terminal.error(chosen.error());
  return serve_workspace(terminal, options);
}

Exit start(Terminal& terminal, const StartOptions& options) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  auto port = checked_port(options.port);
  if (!port) return terminal.error(port.error());
  if (auto running = find_workspace_server(*home)) {
    if (*port != 0 && *port != running->port)
      return terminal.error({Code::conflict,
                             fmt::format("the workspace runs already, on port {}", running->port),
                             "'weir workspace stop' first"});
    terminal.say("the workspace runs already");
    show(terminal, *home, *running);
    return Exit::ok;
  }
  auto python = choose_python(options.python);
  if (!python) return terminal.error(python.error());
  if (auto checked = check_python(*python); !checked) return terminal.error(checked.error());
  if (options.foreground) return serve_on(terminal, *home, *python, *port, options.warm);
  auto server = start_workspace_server(
      {.home = *home, .python = *python, .port = *port, .options = options.warm.as_arguments()});
  if (!server) return terminal.error(server.error());
  show(terminal, *home, *server);
  return Exit::ok;
}

Exit status(Terminal& terminal) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  if (auto server = find_workspace_server(*home)) {
    show(terminal, *home, *server);
    return Exit::ok;
  }
  if (terminal.as_json)
    terminal.data_json({{"running", false}, {"home", home->string()}});
  else
    terminal.data("not running ('weir workspace start' starts it)");
  return Exit::not_found;
}

Exit stop(Terminal& terminal) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  auto server = find_workspace_server(*home);
  if (!server) {
    terminal.say("the workspace is not running");
    return Exit::ok;
  }
  if (auto stopped = stop_workspace_server(*server); !stopped) return terminal.error(stopped.error());
  if (auto ended = workspace::end_unused_clusters(*home); !ended) return terminal.error(ended.error());
  terminal.say("stopped; jobs that were running go on, and the next start takes them up");
  return Exit::ok;
}

Exit reset(Terminal& terminal, bool yes) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  if (!yes)
    return terminal.error(
        {Code::invalid,
         fmt::format("this removes every job, run and file of the workspace in {}", home->string()),
         "add --yes when you mean it"});
  if (auto erased = workspace::erase_workspace(*home); !erased) return terminal.error(erased.error());
  terminal.say("removed " + home->string());
  return Exit::ok;
}

Exit serve(Terminal& terminal, const StartOptions& options) {
  auto port = checked_port(options.port);
  if (!port) return terminal.error(port.error());
  return serve_on(terminal, options.home, options.python, *port, options.warm);
}

}  // namespace

void add_workspace_verbs(Verb root) {
  root.verb("workspace", "The embedded workspace: a Databricks workspace on this machine, on real Spark",
            [](Verb verbs) {
              auto options = std::make_shared<StartOptions>();
              verbs.verb("start", "Start it in the background, and say how to reach it")
                  .option("--port", options->port,
                          "Port to listen on (default: that of the last time, or a free one)")
                  .option("--python", options->python,
                          "Python with pyspark (default: $WEIR_PYTHON, the nearest .venv, python3)")
                  .option("--warm-drivers", options->warm.drivers, warm_drivers_help)
                  .option("--warm-memory", options->warm.memory_mib, warm_memory_help)
                  .flag("--foreground", options->foreground, "Serve until Ctrl-C instead")
                  .runs([options](Terminal& terminal) { return start(terminal, *options); });
              verbs.verb("status", "Where it listens; ends with 3 when it is not running")
                  .runs([](Terminal& terminal) { return status(terminal); });
              verbs.verb("stop", "Stop the server; running jobs go on").runs([](Terminal& terminal) {
                return stop(terminal);
              });

              auto yes = std::make_shared<bool>(false);
              verbs.verb("reset", "Remove all of it: jobs, runs, files, token")
                  .flag("--yes", *yes, "Really")
                  .runs([yes](Terminal& terminal) { return reset(terminal, *yes); });

              auto serving = std::make_shared<StartOptions>();
              verbs.verb("serve", "What 'start' starts")
                  .hidden()
                  .option("--home", serving->home, "The workspace's folder")
                  .option("--port", serving->port, "Port to listen on")
                  .option("--python", serving->python, "Python with pyspark")
                  .option("--warm-drivers", serving->warm.drivers, warm_drivers_help)
                  .option("--warm-memory", serving->warm.memory_mib, warm_memory_help)
                  .runs([serving](Terminal& terminal) { return serve(terminal, *serving); });
            });
}

}  // namespace weir::cli
