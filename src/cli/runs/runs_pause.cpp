#include "cli/runs/runs_pause.h"

#include <fmt/format.h>

#include "cli/session/session.h"
#include "cli/watching/run_wait.h"
#include "cli/watching/state_look.h"

namespace weir::cli {
namespace {

struct Options {
  std::string run{};
  bool no_wait = false;
};

/// What is asked, when it is true, and how that is told.
struct Wish {
  runtime::Ask ask;
  bool paused;
  std::string_view verb;
  std::string_view done;
  std::string_view over;  ///< when the run has ended by then
};

constexpr Wish to_pause{runtime::Ask::pause, true, "pause", "is paused: nothing more is started",
                        "has ended meanwhile"};
constexpr Wish to_go_on{runtime::Ask::unpause, false, "go on", "goes on", "went on and has ended"};

Exit tell(const core::Run& run, const Wish& wish, const Terminal& terminal) {
  if (terminal.as_json) {
    terminal.data_json({{"name", run.about().name}, {"id", run.about().id}, {"paused", run.is_paused()}});
  } else if (is_terminal(run.state())) {
    terminal.say(
        fmt::format("run '{}' {}: {}", run.about().name, wish.over, state_word(terminal, run.state())));
  } else {
    terminal.say(fmt::format("run '{}' {}", run.about().name, wish.done));
  }
  return Exit::ok;
}

Exit refuse_interrupted(const store::RunSummary& run, const Terminal& terminal, const std::string& program) {
  return terminal.error({Code::conflict,
                         fmt::format("run '{}' is interrupted: no process executes it", run.name),
                         fmt::format("it stands still until: {} runs resume {}", program, run.name)});
}

Exit carry_out(store::Store& store, const store::RunSummary& run, const Wish& wish, bool wait,
               const Terminal& terminal, const std::string& program) {
  auto asked = store.request(run.number, runtime::to_json(wish.ask), SystemClock{}.now());
  if (!asked) return terminal.error(asked.error());
  if (!wait) {
    terminal.say(fmt::format("asked run '{}' to {}", run.name, wish.verb));
    if (terminal.as_json) {
      terminal.data_json(
          {{"name", run.name}, {"id", run.id}, {"state", core::name_of(run.state)}, {"asked", wish.verb}});
    }
    return Exit::ok;
  }
  WatchedRun watched(store, run);
  auto waited = wait_for(watched, [&](const core::Run& now) { return now.is_paused() == wish.paused; });
  if (!waited) return terminal.error(waited.error());
  if (*waited == Waited::seen) return tell(watched.run(), wish, terminal);
  if (*waited == Waited::abandoned) return refuse_interrupted(run, terminal, program);
  terminal.say("no longer waiting; the request stays");
  return Exit::interrupted;
}

Exit pause(const Options& options, const Terminal& terminal, const std::string& program) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto& store = *archive->store;
  auto run = store.find_run(options.run);
  if (!run) return terminal.error(run.error());
  if (is_terminal(run->state)) {
    return terminal.error({Code::conflict,
                           fmt::format("run '{}' has ended: {}", run->name, core::name_of(run->state)),
                           "there is nothing to pause"});
  }
  if (!is_executed(store, *run)) return refuse_interrupted(*run, terminal, program);
  return carry_out(store, *run, to_pause, !options.no_wait, terminal, program);
}

}  // namespace

Exit unpause(store::Store& store, const store::RunSummary& run, const Terminal& terminal,
             const std::string& program) {
  WatchedRun watched(store, run);
  auto read = watched.read_on([](const core::Event&) {});
  if (!read) return terminal.error(read.error());
  if (watched.run().is_paused()) return carry_out(store, run, to_go_on, true, terminal, program);
  return terminal.error({Code::conflict,
                         fmt::format("run '{}' is executed by another process and is not paused", run.name),
                         fmt::format("look at it: {} runs watch {}", program, run.name)});
}

void add_pause_verb(Verb runs, const std::string& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("pause", "Let what is under way end and start nothing more, until resume");
  verb.argument("RUN", options->run, "name or id of the run");
  verb.flag("--no-wait", options->no_wait, "Do not wait until it is paused");
  verb.runs([options, &program](Terminal& terminal) { return pause(*options, terminal, program); });
}

}  // namespace weir::cli
