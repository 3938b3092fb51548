#include "cli/runs_verbs.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/duration.h"
#include "base/nearest.h"
#include "cli/progress.h"
#include "cli/run_view.h"
#include "cli/session.h"

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
  std::string text = failure.trace.empty() ? failure.message : failure.trace;
  std::size_t start = 0;
  while (start < text.size()) {
    auto end = std::min(text.find('\n', start), text.size());
    terminal.data("  │ " + text.substr(start, end - start));
    start = end + 1;
  }
}

Exit show(const std::string& name, Terminal& terminal) {
  auto shown = load(name);
  if (!shown) return terminal.error(shown.error());
  const auto& run = shown->run;
  if (terminal.as_json) {
    terminal.data_json(to_json(run));
    return Exit::ok;
  }
  const auto& about = run.about();
  Instant now = SystemClock{}.now();
  terminal.data(fmt::format("{} · run {} · {}", about.flow, about.name, state_word(terminal, run.state())));
  terminal.data(fmt::format("id {} · started {} · took {}", about.id, when(run.started()),
                            to_text(run.finished().value_or(now) - run.started())));
  if (!about.parameters.empty()) terminal.data("parameters " + to_text(json(about.parameters)));
  if (run.body_error()) show_failure(terminal, *run.body_error());
  for (core::TaskIndex task = 0; task < run.size(); ++task) {
    terminal.data(task_line(terminal, run, task, key_width_of(run), now));
    if (run.state(task) == core::TaskState::failed) show_failure(terminal, *run.failure(task));
  }
  return Exit::ok;
}

Error no_such_task(const core::Run& run, const std::string& key) {
  std::vector<std::string> keys;
  for (core::TaskIndex task = 0; task < run.size(); ++task) keys.push_back(run.spec(task).key);
  return {Code::not_found, fmt::format("run '{}' has no task '{}'", run.about().name, key),
          suggest(key, keys)};
}

/// The lines of every attempt of a task; with several, each attempt has a heading.
void print_logs(const Shown& shown, core::TaskIndex task, bool with_task, Terminal& terminal) {
  const auto& run = shown.run;
  auto log = shown.archive.log();
  for (std::uint32_t attempt = 1; attempt <= run.attempts(task); ++attempt) {
    auto lines = log.read(run.about().id, run.spec(task).key, attempt);
    if (run.attempts(task) > 1 && !terminal.as_json) terminal.say(fmt::format("── attempt {}", attempt));
    for (const auto& line : lines) {
      if (terminal.as_json) {
        terminal.data(to_text(json{{"at", to_millis(line.at)},
                                   {"task", run.spec(task).key},
                                   {"attempt", attempt},
                                   {"level", line.level},
                                   {"text", line.text}}));
      } else {
        terminal.data(with_task ? fmt::format("{} │ {}", run.spec(task).key, line.text) : line.text);
      }
    }
  }
}

Exit logs(const std::string& name, const std::string& key, Terminal& terminal) {
  auto shown = load(name);
  if (!shown) return terminal.error(shown.error());
  if (key.empty()) {
    for (core::TaskIndex task = 0; task < shown->run.size(); ++task) print_logs(*shown, task, true, terminal);
    return Exit::ok;
  }
  auto task = shown->run.index_of(key);
  if (!task) return terminal.error(no_such_task(shown->run, key));
  print_logs(*shown, *task, false, terminal);
  return Exit::ok;
}

}  // namespace

void add_runs_verbs(Verb runs) {
  auto limit = std::make_shared<std::int64_t>(30);
  runs.verb("list", "The newest runs")
      .option("-n,--limit", *limit, "How many at the most (30)")
      .runs([limit](Terminal& terminal) { return list(*limit, terminal); });

  auto name = std::make_shared<std::string>();
  runs.verb("show", "One run and its tasks")
      .argument("RUN", *name, "name or id of the run")
      .runs([name](Terminal& terminal) { return show(*name, terminal); });

  auto key = std::make_shared<std::string>();
  runs.verb("logs", "What tasks printed")
      .argument("RUN", *name, "name or id of the run")
      .optional_argument("TASK", *key, "only this task")
      .runs([name, key](Terminal& terminal) { return logs(*name, *key, terminal); });
}

}  // namespace weir::cli
