#include "cli/runs_verbs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/local_time.h"
#include "cli/run_view.h"
#include "cli/runs_cancel.h"
#include "cli/runs_list.h"
#include "cli/runs_logs.h"
#include "cli/runs_prune.h"
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
  terminal.data(fmt::format("id {} · started {} · took {}", about.id, local_time(run.started()),
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
  add_list_verb(runs);
  auto name = std::make_shared<std::string>();
  runs.verb("show", "One run and its tasks")
      .argument("RUN", *name, "name or id of the run")
      .runs([name](Terminal& terminal) { return show(*name, terminal); });

  add_logs_verb(runs);
  add_watch_verb(runs, program);
  add_cancel_verb(runs, program);
  add_prune_verb(runs);
}

}  // namespace weir::cli
