#include "cli/runs/runs_watch.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/session/session.h"
#include "cli/terminal/signals.h"
#include "cli/watching/event_view.h"
#include "cli/watching/progress.h"
#include "cli/watching/run_page.h"
#include "cli/watching/watched_run.h"

namespace weir::cli {
namespace {

constexpr Duration look_every = std::chrono::milliseconds(100);
constexpr std::size_t runs_searched_max = 1000;

struct Options {
  std::string run{};
  bool quiet = false;
};

/// The run of that name; without one, the newest that a living process executes.
Result<store::RunSummary> chosen_run(store::Store& store, const std::string& name) {
  if (!name.empty()) return store.find_run(name);
  auto runs = store.list_runs(runs_searched_max);
  if (!runs) return std::unexpected(runs.error());
  auto found = std::ranges::find_if(
      *runs, [&](const auto& run) { return !is_terminal(run.state) && store.is_leased(run); });
  if (found != runs->end()) return *found;
  return fail(Code::not_found, "no run is under way", "name the one to look at; 'weir runs list' shows them");
}

class Watch {
 public:
  Watch(WatchedRun watched, store::LogReader log, bool quiet, const Terminal& terminal,
        const std::string& program)
      : watched_(std::move(watched)),
        log_(std::move(log)),
        progress_(terminal, quiet),
        terminal_(terminal),
        program_(program) {}

  Exit to_end(const std::string& page) {
    block_termination_signals();
    if (auto begun = begin(page); !begun) return terminal_.error(begun.error());
    Signals signals(*loop_, [this] { leave(Exit::interrupted); });
    look();
    if (!exit_) loop_->run();
    if (!terminal_.as_json && is_terminal(run().state())) progress_.end(run(), program_);
    return *exit_;
  }

 private:
  const core::Run& run() const { return watched_.run(); }

  Result<void> begin(const std::string& page) {
    if (terminal_.as_json) return read_as_json();
    if (auto done = watched_.read_on([](const core::Event&) {}); !done) return done;
    progress_.begin(run(), "watching", page);
    read_log({});
    return {};
  }

  void look() {
    auto done = terminal_.as_json ? read_as_json() : read_as_lines();
    if (!done) return leave(terminal_.error(done.error()));
    if (is_terminal(run().state())) {
      return leave(run().state() == core::RunState::succeeded ? Exit::ok : Exit::run_failed);
    }
    if (watched_.is_abandoned()) return abandon();
    if (!terminal_.as_json) progress_.tick(run(), SystemClock{}.now());
    loop_->after(look_every, [this] { look(); });
  }

  Result<void> read_as_json() {
    return watched_.read_on(
        [&](const core::Event& event) { terminal_.data(to_text(to_json(run(), event))); });
  }

  Result<void> read_as_lines() {
    std::vector<core::Event> news;
    std::set<core::TaskIndex> ended;
    auto done = watched_.read_on([&](const core::Event& event) {
      auto [first, count] = core::ended_tasks(event.fact);
      if (count == 1) ended.insert(first);  // those that end in rows never ran, and so printed nothing
      news.push_back(event);
    });
    read_log(ended);
    for (const auto& event : news) progress_.on_event(run(), event);
    return done;
  }

  /// Hands over what tasks printed that are under way, or have ended only now. A line of a task that is not known yet
  /// waits for the next look: its task is in the history by then.
  void read_log(const std::set<core::TaskIndex>& ended) {
    for (;;) {
      if (!line_) line_ = log_.next();
      if (!line_) return;
      auto task = run().index_of(line_->task);
      if (!task && line_->task != store::whole_run && !std::exchange(line_waited_, true)) return;
      if (task && (!is_terminal(run().state(*task)) || ended.contains(*task))) {
        progress_.on_output(*task, line_->line.level, line_->line.text);
      }
      line_.reset();
      line_waited_ = false;
    }
  }

  void abandon() {
    progress_.say(
        fmt::format("run '{0}' is interrupted: no process executes it; go on with: {1} runs resume {0}",
                    run().about().name, program_));
    leave(Exit::interrupted);
  }

  void leave(Exit exit) {
    exit_ = exit;
    loop_->stop();
  }

  WatchedRun watched_;
  store::LogReader log_;
  std::optional<store::LogEntry> line_{};  ///< read and not handed over yet
  bool line_waited_ = false;
  Progress progress_;
  const Terminal& terminal_;
  const std::string& program_;
  std::unique_ptr<Loop> loop_ = make_loop();
  std::optional<Exit> exit_{};
};

Exit watch(const Options& options, const Terminal& terminal, const std::string& program) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto summary = chosen_run(*archive->store, options.run);
  if (!summary) return terminal.error(summary.error());
  auto page = RunPage(archive->folder).link(summary->name);
  auto log = archive->log().reader(summary->id);
  WatchedRun watched(*archive->store, std::move(*summary));
  return Watch(std::move(watched), std::move(log), options.quiet, terminal, program).to_end(page);
}

}  // namespace

void add_watch_verb(Verb runs, const std::string& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("watch", "Follow a run that another process executes; Ctrl-C leaves it alone");
  verb.optional_argument("RUN", options->run,
                         "name or id of the run; the newest that is under way without it");
  verb.flag("-q,--quiet", options->quiet, "Do not show what the tasks print");
  verb.runs([options, &program](Terminal& terminal) { return watch(*options, terminal, program); });
}

}  // namespace weir::cli
