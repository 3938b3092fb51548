#include "cli/runs/runs_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/nearest.h"
#include "cli/session/session.h"
#include "cli/terminal/local_time.h"
#include "cli/watching/state_look.h"

namespace weir::cli {
namespace {

/// What lists call a run that says running but that no living process holds.
constexpr std::string_view interrupted = "interrupted";

struct Options {
  std::string flow{};
  std::string state{};
  std::int64_t limit = 30;
};

struct Listed {
  store::RunSummary run{};
  bool is_interrupted = false;
};

Result<std::optional<core::RunState>> stored_state(const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (name == interrupted) return core::RunState::running;
  if (auto state = core::run_state_from(name)) return state;
  if (name == "paused")
    return fail(Code::invalid, "lists do not tell paused runs from others that run",
                "look among those of --state running; 'runs show' says which are paused");
  const std::vector<std::string> states{"running", "interrupted", "succeeded", "failed", "cancelled"};
  return fail(Code::invalid, fmt::format("there is no state '{}'", name), suggest(name, states));
}

/// The store does not know who is alive: running and interrupted runs are told apart here, page by page.
Result<std::vector<Listed>> matching_runs(store::Store& store, const Options& options) {
  auto state = stored_state(options.state);
  if (!state) return std::unexpected(state.error());
  store::RunFilter filter;
  if (!options.flow.empty()) filter.flow = options.flow;
  filter.state = *state;
  auto limit = static_cast<std::size_t>(std::max<std::int64_t>(options.limit, 0));
  std::vector<Listed> listed;
  while (listed.size() < limit) {
    auto page = store.list_runs(filter);
    if (!page) return std::unexpected(page.error());
    for (auto& run : *page) {
      bool is_interrupted = !is_terminal(run.state) && !store.is_leased(run);
      bool wanted = *state != core::RunState::running || is_interrupted == (options.state == interrupted);
      if (wanted && listed.size() < limit) listed.push_back({run, is_interrupted});
    }
    if (page->size() < filter.limit) break;
    filter.older_than = page->back();
  }
  return listed;
}

json view_of(const Listed& listed) {
  const auto& run = listed.run;
  JsonObject view{{"name", run.name},
                  {"id", run.id},
                  {"flow", run.flow},
                  {"state", core::name_of(run.state)},
                  {"interrupted", listed.is_interrupted},
                  {"started", to_millis(run.started)}};
  if (run.finished) view["finished"] = to_millis(*run.finished);
  if (!run.parent.empty()) view["parent"] = run.parent;
  return view;
}

void print(const std::vector<Listed>& listed, const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& it : listed) width = std::max(width, it.run.name.size());
  for (const auto& [run, is_interrupted] : listed) {
    std::string took = run.finished ? to_text(*run.finished - run.started) : "";
    std::string state =
        is_interrupted ? terminal.ink(Terminal::Ink::yellow, interrupted) : state_word(terminal, run.state);
    std::string parent =
        run.parent.empty() ? "" : terminal.ink(Terminal::Ink::dim, fmt::format("  child of {}", run.parent));
    terminal.data(fmt::format("{:<{}}  {}  {:>7}  {:<20}  {}{}", run.name, width, local_time(run.started),
                              took, run.flow, state, parent));
  }
}

Exit list(const Options& options, const Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto listed = matching_runs(*archive->store, options);
  if (!listed) return terminal.error(listed.error());
  if (terminal.as_json) {
    JsonArray views;
    for (const auto& it : *listed) views.push_back(view_of(it));
    terminal.data_json(views);
    return Exit::ok;
  }
  print(*listed, terminal);
  bool all = options.flow.empty() && options.state.empty();
  if (listed->empty()) terminal.say(all ? "no runs yet; start one with: weir run flow.yaml" : "no such runs");
  return Exit::ok;
}

}  // namespace

void add_list_verb(Verb runs) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("list", "The newest runs");
  verb.option("-n,--limit", options->limit, "How many at the most (30)");
  verb.option("--flow", options->flow, "Only runs of this flow");
  verb.option("--state", options->state, "Only running, interrupted, succeeded, failed or cancelled ones");
  verb.runs([options](Terminal& terminal) { return list(*options, terminal); });
}

}  // namespace weir::cli
