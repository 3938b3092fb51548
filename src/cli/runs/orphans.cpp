#include "cli/runs/orphans.h"

#include <algorithm>
#include <map>
#include <set>

#include "cli/watching/watched_run.h"
#include "databricks/wire/mark.h"
#include "databricks/wire/run_state.h"
#include "runtime/token.h"

namespace weir::cli {
namespace {

using databricks::Connection;

constexpr std::size_t active_runs_max = 10'000;
constexpr std::size_t runs_per_page = 500;

/// A flow run of this store, as far as orphans care.
struct Owner {
  store::RunSummary summary{};
  bool is_executed = false;
};

/// What the histories of interrupted flow runs say about the workspace.
struct Left {
  std::string flow_run{};
  std::string task{};
};

class Search {
 public:
  Search(const Connection& connection, store::Store& store) : connection_(connection), store_(store) {}

  /// Reads the store: which tokens belong to whom, and what was left behind.
  Result<void> read_store() {
    store::RunFilter filter{.limit = runs_per_page};
    for (;;) {
      auto page = store_.list_runs(filter);
      if (!page) return std::unexpected(page.error());
      for (const auto& summary : *page) {
        if (auto added = add(summary); !added) return added;
      }
      if (page->size() < runs_per_page) return {};
      filter.older_than = page->back();
    }
  }

  void look_at(const json& run) {
    ++found_.active;
    auto orphan = describe(run);
    auto token = databricks::mark_of(run);
    auto parts = token ? runtime::parts_of_token(*token) : std::nullopt;
    auto left = left_.find(orphan.run_id);
    if (!parts && left == left_.end()) return;
    if (token) orphan.token = *token;
    if (left != left_.end()) {
      orphan.owner = Orphan::Owner::interrupted;
      orphan.flow_run = left->second.flow_run;
      orphan.task = left->second.task;
    } else if (auto owner = owners_.find(parts->stem); owner != owners_.end()) {
      if (owner->second.is_executed) return void(++found_.alive);
      auto over = is_terminal(owner->second.summary.state);
      orphan.owner = over ? Orphan::Owner::ended : Orphan::Owner::interrupted;
      orphan.flow_run = owner->second.summary.name;
      orphan.task = task_of(owner->second.summary, parts->task);
      undecided_.erase({orphan.flow_run, parts->task});
    }
    found_.orphans.push_back(std::move(orphan));
  }

  Sweep result() {
    std::ranges::sort(found_.orphans, {}, &Orphan::started);
    for (const auto& [flow_run, task] : undecided_) {
      if (found_.undecided.empty() || found_.undecided.back() != flow_run)
        found_.undecided.push_back(flow_run);
    }
    return std::move(found_);
  }

 private:
  Result<void> add(const store::RunSummary& summary) {
    bool executed = !is_terminal(summary.state) && is_executed(store_, summary);
    owners_[runtime::token_stem(store_.id(), summary.id)] = {summary, executed};
    if (executed || is_terminal(summary.state)) return {};
    WatchedRun watched(store_, summary);
    if (auto read = watched.read_on([](const core::Event&) {}); !read) return read;
    for (const auto& [task, attempt] : watched.run().live()) add_attempt(watched.run(), task, attempt);
    return {};
  }

  void add_attempt(const core::Run& run, core::TaskIndex task, const core::LiveAttempt& attempt) {
    auto run_id = int_or(attempt.remote, "run_id", 0);
    const json& said = run_id > 0 ? attempt.remote : attempt.intent;
    auto name = string_or(said, "connection", "");
    if (name.empty() || !databricks::is_same_place(name, string_or(said, "host", ""), connection_)) return;
    if (run_id > 0)
      left_[run_id] = {run.about().name, run.key(task)};
    else
      undecided_.emplace(run.about().name, task);
  }

  std::string task_of(const store::RunSummary& summary, core::TaskIndex task) {
    WatchedRun watched(store_, summary);
    bool known = watched.read_on([](const core::Event&) {}) && task < watched.run().size();
    return known ? watched.run().key(task) : "";
  }

  static Orphan describe(const json& run) {
    const json* state = find(run, "state");
    return {.run_id = int_or(run, "run_id", 0),
            .name = string_or(run, "run_name", ""),
            .state = state ? string_or(*state, "life_cycle_state", "") : "",
            .url = string_or(run, "run_page_url", ""),
            .started = Instant{std::chrono::milliseconds(int_or(run, "start_time", 0))}};
  }

  const Connection& connection_;
  store::Store& store_;
  std::map<std::string, Owner> owners_{};  ///< by what their tokens begin with
  std::map<std::int64_t, Left> left_{};    ///< by the workspace's run id
  std::set<std::pair<std::string, core::TaskIndex>> undecided_{};
  Sweep found_{};
};

}  // namespace

Result<Sweep> find_orphans(const databricks::Jobs& jobs, const Connection& connection, store::Store& store) {
  // In this order: whatever is in the list was begun before the store is read, which then knows whose it is.
  auto active = jobs.runs({{"active_only", true}, {"expand_tasks", true}}, active_runs_max);
  if (!active) return std::unexpected(active.error());
  Search search(connection, store);
  if (auto read = search.read_store(); !read) return std::unexpected(read.error());
  for (const auto& run : *active) search.look_at(run);
  return search.result();
}

bool is_in_good_hands(store::Store& store, const Orphan& orphan) {
  if (orphan.flow_run.empty()) return false;
  auto summary = store.find_run(orphan.flow_run);
  return summary && !is_terminal(summary->state) && is_executed(store, *summary);
}

}  // namespace weir::cli
