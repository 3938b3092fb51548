#include "cli/runs/runs_show.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/session/session.h"
#include "cli/terminal/local_time.h"
#include "cli/watching/run_view.h"
#include "cli/watching/state_look.h"
#include "cli/watching/stored_result.h"
#include "cli/watching/tally.h"
#include "cli/watching/task_line.h"
#include "cli/watching/watched_run.h"

namespace weir::cli {
namespace {

constexpr std::size_t failed_elements_max = 20;

struct Options {
  std::string run{};
  bool all = false;  ///< every element of mapped tasks
};

class Show {
 public:
  Show(const core::Run& run, bool all, const Terminal& terminal)
      : run_(run), all_(all), terminal_(terminal), key_width_(key_width_of(run)) {}

  void heading(bool interrupted) {
    const auto& about = run_.about();
    std::string state = interrupted        ? terminal_.ink(Terminal::Ink::yellow, "interrupted")
                        : run_.is_paused() ? terminal_.ink(Terminal::Ink::yellow, "paused")
                                           : state_word(terminal_, run_.state());
    terminal_.data(fmt::format("{} · run {} · {}", about.flow, about.name, state));
    terminal_.data(fmt::format("id {} · started {} · took {}", about.id, local_time(run_.started()),
                               to_text(run_.finished().value_or(now_) - run_.started())));
    if (const json* parent = find(about.source, "parent")) {
      terminal_.data(fmt::format("child of run {} · task {}", string_or(*parent, "run", ""),
                                 string_or(*parent, "task", "")));
    }
    if (!about.parameters.empty()) terminal_.data("parameters " + to_text(json(about.parameters)));
    if (run_.body_error()) failure(*run_.body_error());
  }

  void stage(const core::Stage& stage) {
    task(stage.head);
    if (!stage.is_mapped()) return;
    if (all_) {
      for (std::uint32_t i = 0; i < stage.count; ++i) task(stage.first + i);
      return;
    }
    auto failed = failed_elements(run_, stage, failed_elements_max);
    for (auto element : failed) task(element);
    if (auto more = stage.in(core::TaskState::failed)-failed.size(); more > 0) {
      terminal_.data(fmt::format("  … and {} more failed; --all shows every one", grouped(more)));
    }
  }

 private:
  void task(core::TaskIndex task) {
    terminal_.data(task_line(terminal_, run_, task, key_width_, now_));
    const json* value = run_.is_mapped(task) ? nullptr : run_.value(task);
    if (value && core::is_wrapped(*value)) terminal_.data("  │ result: " + size_and_text(*value));
    if (run_.state(task) != core::TaskState::failed) return;
    if (const auto* why = run_.failure(task)) failure(*why);
  }

  void failure(const core::Failure& failure) {
    for (const auto& line : failure_lines(terminal_, failure)) terminal_.data("  │ " + line);
  }

  const core::Run& run_;
  bool all_;
  const Terminal& terminal_;
  std::size_t key_width_;
  Instant now_ = SystemClock{}.now();
};

Exit show(const Options& options, const Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto summary = archive->store->find_run(options.run);
  if (!summary) return terminal.error(summary.error());
  WatchedRun watched(*archive->store, *summary);
  auto read = watched.read_on([](const core::Event&) {});
  if (!read) return terminal.error(read.error());
  const auto& run = watched.run();
  if (terminal.as_json) {
    print_json(run, terminal);
    return Exit::ok;
  }
  Show show(run, options.all, terminal);
  show.heading(!is_terminal(run.state()) && !archive->store->is_leased(*summary));
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) show.stage(run.stage(i));
  return Exit::ok;
}

}  // namespace

void add_show_verb(Verb runs) {
  auto options = std::make_shared<Options>();
  Verb verb =
      runs.verb("show", "One run and its tasks; of a mapped task the counts and the first that failed");
  verb.argument("RUN", options->run, "name or id of the run");
  verb.flag("--all", options->all, "Every element of mapped tasks");
  verb.runs([options](Terminal& terminal) { return show(*options, terminal); });
}

}  // namespace weir::cli
