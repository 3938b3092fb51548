#include "cli/runs_verbs.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/duration.h"
#include "cli/run_view.h"
#include "cli/runs_cancel.h"
#include "cli/runs_logs.h"
#include "cli/runs_watch.h"
#include "cli/session.h"
#include "cli/state_look.h"
#include "cli/task_line.h"

namespace weir::cli {
namespace {

struct Shown {
  Archive archive;
  core::Run run;
};

Result<Shown> load(const std::string& name) {
  auto archive = Archive::open();
  if (!archive) return std::unexpected(archive.error());
  auto summary = archive->store->find_run(name);
  if (!summary) return std::unexpected(summary.error());
  auto history = archive->store->history(summary->number);
  if (!history) return std::unexpected(history.error());
  return Shown{std::move(*archive), core::replay(*history)};
}

/// Local time, as people read it.
std::string when(Instant at) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(seconds)));
}

/// A run that says running but that no living process holds was interrupted.
bool is_abandoned(store::Store& store, const store::RunSummary& run) {
  return !is_terminal(run.state) && !store.is_leased(run);
}

json summary_json(const store::RunSummary& run, bool abandoned) {
  JsonObject view{{"name", run.name},         {"id", run.id},
                  {"flow", run.flow},         {"state", core::name_of(run.state)},
                  {"interrupted", abandoned}, {"started", to_millis(run.started)}};
  if (run.finished) view["finished"] = to_millis(*run.finished);
  return view;
}

Exit list(std::int64_t limit, Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto runs = archive->store->list_runs(static_cast<std::size_t>(std::max<std::int64_t>(limit, 0)));
  if (!runs) return terminal.error(runs.error());
  JsonArray views;
  std::size_t width = 0;
  for (const auto& run : *runs) width = std::max(width, run.name.size());
  for (const auto& run : *runs) {
    bool abandoned = is_abandoned(*archive->store, run);
    if (terminal.as_json) {
      views.push_back(summary_json(run, abandoned));
      continue;
    }
    std::string took = run.finished ? to_text(*run.finished - run.started) : "";
    std::string state =
        abandoned ? terminal.ink(Terminal::Ink::yellow, "interrupted") : state_word(terminal, run.state);
    terminal.data(fmt::format("{:<{}}  {}  {:>7}  {:<20}  {}", run.name, width, when(run.started), took,
                              run.flow, state));
  }
  if (terminal.as_json) terminal.data_json(views);
  if (!terminal.as_json && runs->empty()) terminal.say("no runs yet; start one with: weir run flow.yaml");
  return Exit::ok;
}

void show_failure(const Terminal& terminal, const core::Failure& failure) {
  for (const auto& line : failure_lines(terminal, failure)) terminal.data("  │ " + line);
}

Exit show(const std::string& name, Terminal& terminal) {
  auto shown = load(name);
  if (!shown) return terminal.error(shown.error());
  const auto& run = shown->run;
  if (terminal.as_json) {
    print_json(run, terminal);
    return Exit::ok;
  }
  const auto& about = run.about();
  Instant now = SystemClock{}.now();
  terminal.data(fmt::format("{} · run {} · {}", about.flow, about.name, state_word(terminal, run.state())));
  terminal.data(fmt::format("id {} · started {} · took {}", about.id, when(run.started()),
                            to_text(run.finished().value_or(now) - run.started())));
  if (!about.parameters.empty()) terminal.data("parameters " + to_text(json(about.parameters)));
  if (run.body_error()) show_failure(terminal, *run.body_error());
  auto key_width = key_width_of(run);
  for (core::TaskIndex task = 0; task < run.size(); ++task) {
    terminal.data(task_line(terminal, run, task, key_width, now));
    if (run.state(task) == core::TaskState::failed) show_failure(terminal, *run.failure(task));
  }
  return Exit::ok;
}

}  // namespace

void add_runs_verbs(Verb runs, const std::string& program) {
  auto limit = std::make_shared<std::int64_t>(30);
  runs.verb("list", "The newest runs")
      .option("-n,--limit", *limit, "How many at the most (30)")
      .runs([limit](Terminal& terminal) { return list(*limit, terminal); });

  auto name = std::make_shared<std::string>();
  runs.verb("show", "One run and its tasks")
      .argument("RUN", *name, "name or id of the run")
      .runs([name](Terminal& terminal) { return show(*name, terminal); });

  add_logs_verb(runs);
  add_watch_verb(runs, program);
  add_cancel_verb(runs, program);
}

}  // namespace weir::cli
