#include "cli/runs/runs_logs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"
#include "cli/session/session.h"
#include "cli/terminal/signals.h"
#include "cli/watching/log_view.h"

namespace weir::cli {
namespace {

constexpr Duration look_every = std::chrono::milliseconds(100);
constexpr int looks_to_believe = 3;  ///< a run that has just begun is not held yet

struct Options {
  std::string run{};
  std::string task{};
  std::int64_t attempt = 0;
  std::string level = "debug";
  std::int64_t tail = -1;
  bool follow = false;
  bool with_time = false;
};

Error no_such_task(const core::Run& run, const std::string& key) {
  std::vector<std::string> keys;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) keys.push_back(run.stage(i).spec->key);
  return {Code::not_found, fmt::format("run '{}' has no task '{}'", run.about().name, key),
          suggest(key, keys)};
}

/// Whether the key names one task that exists, and not a mapped one with its elements.
Result<bool> names_one_task(store::Store& store, const store::RunSummary& summary, const std::string& key) {
  core::Run run;
  auto read = store.read_history(summary.number, 0, [&](const core::Event& event) { run.apply(event); });
  if (!read) return std::unexpected(read.error());
  auto task = run.index_of(key);
  if (!task) return std::unexpected(no_such_task(run, key));
  return !run.is_mapped(*task);
}

Result<LogChoice> choice_of(const Options& options, store::Store& store, const store::RunSummary& run) {
  auto rank = store::log_level_rank(options.level);
  if (!rank) {
    std::vector<std::string> levels(store::log_levels().begin(), store::log_levels().end());
    return fail(Code::invalid, fmt::format("there is no level '{}'", options.level),
                suggest(options.level, levels));
  }
  if (options.attempt < 0) return fail(Code::invalid, "attempts are counted from 1");
  LogChoice choice{options.task, static_cast<std::uint32_t>(options.attempt), *rank, true, options.with_time};
  if (options.task.empty()) return choice;
  auto one = names_one_task(store, run, options.task);
  if (!one) return std::unexpected(one.error());
  choice.several_tasks = !*one;
  return choice;
}

class Logs {
 public:
  Logs(Archive& archive, store::RunSummary run, const LogChoice& choice, const Terminal& terminal)
      : store_(*archive.store),
        run_(std::move(run)),
        reader_(archive.log().reader(run_.id)),
        choice_(choice),
        view_(terminal, choice),
        terminal_(terminal) {}

  void show_all() {
    while (auto entry = next()) view_.show(*entry);
    view_.flush();
  }

  /// The last `count` lines of what is there.
  void show_last(std::size_t count) {
    std::deque<store::LogEntry> last;
    while (auto entry = next()) {
      last.push_back(std::move(*entry));
      if (last.size() > count) last.pop_front();
    }
    for (const auto& entry : last) view_.show(entry);
    view_.flush();
  }

  /// Goes on until the run has ended, or the process that executes it, or until Ctrl-C.
  Exit follow() {
    block_termination_signals();
    auto loop = make_loop();
    Exit exit = Exit::ok;
    Signals signals(*loop, [&] {
      exit = Exit::interrupted;
      loop->stop();
    });
    look(*loop);
    loop->run();
    return exit;
  }

 private:
  std::optional<store::LogEntry> next() {
    for (;;) {
      auto entry = reader_.next();
      if (!entry || is_chosen(choice_, *entry)) return entry;
    }
  }

  /// What was printed before the end is in the file when the end is in the store: hence this order.
  void look(Loop& loop) {
    bool ended = has_ended();
    show_all();
    if (ended) return loop.stop();
    loop.after(look_every, [this, &loop] { look(loop); });
  }

  bool has_ended() {
    looks_without_holder_ = store_.is_leased(run_) ? 0 : looks_without_holder_ + 1;
    auto now = store_.find_run(run_.id);
    if (!now || is_terminal(now->state)) return true;
    if (looks_without_holder_ < looks_to_believe) return false;
    terminal_.say(fmt::format("run '{}' is interrupted: no process executes it", run_.name));
    return true;
  }

  store::Store& store_;
  store::RunSummary run_;
  store::LogReader reader_;
  LogChoice choice_;
  LogView view_;
  const Terminal& terminal_;
  int looks_without_holder_ = 0;
};

Exit logs(const Options& options, Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto run = archive->store->find_run(options.run);
  if (!run) return terminal.error(run.error());
  auto choice = choice_of(options, *archive->store, *run);
  if (!choice) return terminal.error(choice.error());
  Logs logs(*archive, std::move(*run), *choice, terminal);
  if (options.tail >= 0) {
    logs.show_last(static_cast<std::size_t>(options.tail));
  } else {
    logs.show_all();
  }
  return options.follow ? logs.follow() : Exit::ok;
}

}  // namespace

void add_logs_verb(Verb runs) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("logs", "What tasks printed, in the order they did");
  verb.argument("RUN", options->run, "name or id of the run");
  verb.optional_argument("TASK", options->task, "only this task; a mapped one with all its elements");
  verb.option("--attempt", options->attempt, "Only the attempt of this number");
  verb.option("--level", options->level, "Only from this level on: debug, info, warning, error");
  verb.option("-n,--tail", options->tail, "Only the last lines, this many");
  verb.flag("-f,--follow", options->follow, "Go on until the run ends");
  verb.flag("-t,--time", options->with_time, "Begin lines with time and level");
  verb.runs([options](Terminal& terminal) { return logs(*options, terminal); });
}

}  // namespace weir::cli
