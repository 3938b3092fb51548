#include "cli/embedded/workspace_verbs.h"

#include <filesystem>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "cli/embedded/interpreter_choice.h"
#include "cli/embedded/warm_choice.h"
#include "cli/embedded/workspace_serve.h"
#include "cli/embedded/workspace_server.h"
#include "cli/embedded/workspace_status.h"
#include "cli/machine/state_folder.h"
#include "workspace/erase.h"

namespace weir::cli {
namespace {

constexpr std::int64_t drivers_max = 1000;

struct StartOptions {
  std::int64_t port = 0;
  std::vector<std::string> pythons{};
  std::string home{};
  bool foreground = false;
  bool https = false;
  std::int64_t https_port = 0;
  std::string address = "127.0.0.1";
  bool expose = false;
  std::int64_t drivers = 0;
  WarmChoice warm{};
  LimitChoice limits{};
};

/// Told in the same words by start and serve.
Verb& with_options(Verb& verb, StartOptions& options) {
  return verb
      .option("--drivers", options.drivers,
              "Drivers of runs at once; the tasks of further runs wait (default: two for each processor)")
      .option("--warm-drivers", options.warm.drivers, warm_drivers_help)
      .option("--warm-memory", options.warm.memory_mib, warm_memory_help)
      .option("--output-max", options.limits.output_mib, output_max_help)
      .option("--memory-max", options.limits.memory_mib, memory_max_help)
      .flag("--https", options.https, "Serve HTTPS too, on a port of its own, with a certificate made here")
      .option("--https-port", options.https_port,
              "Port for it (default: that of the last time, or a free one)")
      .option("--address", options.address, "Address for it; one that others reach needs --expose")
      .flag("--expose", options.expose,
            "Really let others reach it: whoever has the token can run code as you");
}

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

Result<ServerStart> server_start(const std::filesystem::path& home, const StartOptions& options) {
  auto port = checked_port(options.port);
  if (!port) return std::unexpected(port.error());
  auto https_port = checked_port(options.https_port);
  if (!https_port) return std::unexpected(https_port.error());
  if (options.drivers < 0 || options.drivers > drivers_max)
    return fail(Code::invalid,
                fmt::format("--drivers must be from 0 to {}, not {}", drivers_max, options.drivers));
  workspace::WorkspaceOptions tried;  // what makes no sense is refused here, not by the process that serves
  if (auto chosen = options.warm.apply_to(tried); !chosen) return std::unexpected(chosen.error());
  bool elsewhere = options.address != StartOptions{}.address || options.expose || options.https_port != 0;
  if (elsewhere && !options.https)
    return fail(Code::invalid, "--address, --expose and --https-port are about https", "add --https");
  return ServerStart{.home = home,
                     .port = *port,
                     .https = {.is_wanted = options.https,
                               .port = *https_port,
                               .address = options.address,
                               .is_exposed = options.expose},
                     .drivers_max = static_cast<std::size_t>(options.drivers),
                     .warm = options.warm,
                     .limits = options.limits};
}

Exit serve_here(Terminal& terminal, const ServerStart& start) {
  workspace::WorkspaceOptions options{.home = start.home,
                                      .interpreters = start.interpreters,
                                      .port = start.port,
                                      .https = start.https.is_wanted,
                                      .https_port = start.https.port,
                                      .https_address = start.https.address,
                                      .is_exposed = start.https.is_exposed,
                                      .drivers_max = start.drivers_max};
  if (auto chosen = start.warm.apply_to(options); !chosen) return terminal.error(chosen.error());
  if (auto chosen = start.limits.apply_to(options); !chosen) return terminal.error(chosen.error());
  return serve_workspace(terminal, options);
}

Exit start(Terminal& terminal, const StartOptions& options) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  auto wanted = server_start(*home, options);
  if (!wanted) return terminal.error(wanted.error());
  if (auto running = find_workspace_server(*home)) {
    bool is_other_port = wanted->port != 0 && wanted->port != running->port;
    if (is_other_port || (wanted->https.is_wanted && running->https_host.empty()))
      return terminal.error({Code::conflict,
                             fmt::format("the workspace runs already, on port {}{}", running->port,
                                         running->https_host.empty() ? " and without https" : ""),
                             "'weir workspace stop' first"});
    terminal.say("the workspace runs already");
    show_server(terminal, *home, *running);
    return Exit::ok;
  }
  auto interpreters = choose_interpreters(options.pythons);
  if (!interpreters) return terminal.error(interpreters.error());
  wanted->interpreters = std::move(*interpreters);
  if (options.foreground) return serve_here(terminal, *wanted);
  auto server = start_workspace_server(*wanted);
  if (!server) return terminal.error(server.error());
  show_server(terminal, *home, *server);
  return Exit::ok;
}

Exit status(Terminal& terminal) {
  auto home = workspace_home();
  if (!home) return terminal.error(home.error());
  return show_status(terminal, *home);
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
  auto start = server_start(options.home, options);
  if (!start) return terminal.error(start.error());
  for (const std::string& word : options.pythons) {
    auto interpreter = parse_interpreter(word);
    if (!interpreter) return terminal.error(interpreter.error());
    start->interpreters.push_back(std::move(*interpreter));
  }
  return serve_here(terminal, *start);
}

/// What this program would serve; no server is needed.
Exit endpoints(Terminal& terminal, bool markdown) {
  if (markdown) {
    auto page = workspace::Workspace::endpoints_as_markdown();
    if (!page) return terminal.error(page.error());
    terminal.data(page->substr(0, page->size() - 1));
    return Exit::ok;
  }
  auto all = workspace::Workspace::endpoints_as_json();
  if (!all) return terminal.error(all.error());
  if (terminal.as_json) {
    terminal.data_json(*all);
    return Exit::ok;
  }
  for (const json& endpoint : all->as_array())
    terminal.data(fmt::format("{:7} {:6} {}", string_or(endpoint, "treatment", ""),
                              string_or(endpoint, "method", ""), string_or(endpoint, "name", "")));
  return Exit::ok;
}

}  // namespace

void add_workspace_verbs(Verb root) {
  root.verb(
      "workspace", "The embedded workspace: a Databricks workspace on this machine, on real Spark",
      [](Verb verbs) {
        auto options = std::make_shared<StartOptions>();
        Verb starting = verbs.verb("start", "Start it in the background, and say how to reach it");
        with_options(starting, *options)
            .option("--port", options->port,
                    "Port to listen on (default: that of the last time, or a free one)")
            .option("--python", options->pythons,
                    "Python with pyspark, once for each Spark that clusters may ask for; the first is the "
                    "default (without it: $WEIR_PYTHON, the Python beside this program, the nearest .venv or "
                    "python3 on PATH, and the nearest .venv-spark3.5)")
            .flag("--foreground", options->foreground, "Serve until Ctrl-C instead")
            .runs([options](Terminal& terminal) { return start(terminal, *options); });
        verbs
            .verb("status",
                  "Where it listens, what goes on in it and what that costs; ends with 3 when it is not "
                  "running")
            .runs([](Terminal& terminal) { return status(terminal); });
        verbs.verb("stop", "Stop the server; running jobs go on").runs([](Terminal& terminal) {
          return stop(terminal);
        });

        auto markdown = std::make_shared<bool>(false);
        verbs.verb("endpoints", "What the workspace serves: every endpoint, and what becomes of its fields")
            .flag("--markdown", *markdown, "As the page of the documentation")
            .runs([markdown](Terminal& terminal) { return endpoints(terminal, *markdown); });

        auto yes = std::make_shared<bool>(false);
        verbs.verb("reset", "Remove all of it: jobs, runs, files, token")
            .flag("--yes", *yes, "Really")
            .runs([yes](Terminal& terminal) { return reset(terminal, *yes); });

        auto serving = std::make_shared<StartOptions>();
        Verb serves = verbs.verb("serve", "What 'start' starts");
        with_options(serves, *serving)
            .hidden()
            .option("--home", serving->home, "The workspace's folder")
            .option("--port", serving->port, "Port to listen on")
            .option("--python", serving->pythons, "Python with pyspark")
            .runs([serving](Terminal& terminal) { return serve(terminal, *serving); });
      });
}

}  // namespace weir::cli
