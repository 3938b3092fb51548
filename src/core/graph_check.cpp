#include "core/graph_check.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "base/nearest.h"

namespace weir::core {
namespace {

constexpr std::size_t suggested_from_max = 1000;
constexpr std::size_t suggestions_max = 50;
constexpr std::size_t shown_cycle_max = 20;

using Index = std::unordered_map<std::string_view, std::size_t>;

Index index_of(std::span<const TaskSpec> tasks) {
  Index index;
  index.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) index.emplace(tasks[i].key, i);
  return index;
}

/// Depth-first search with a stack of its own: graphs may be deeper than the thread's stack.
class CycleFinder {
 public:
  explicit CycleFinder(std::span<const TaskSpec> tasks)
      : tasks_(tasks),
        index_(index_of(tasks)),
        state_(tasks.size(), State::unseen),
        reported_(tasks.size()) {}

  std::vector<Cycle> find() {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (state_[i] == State::unseen) search_from(i);
    }
    return std::move(cycles_);
  }

 private:
  enum class State : std::uint8_t { unseen, on_path, done };

  struct Step {
    std::size_t task = 0;
    std::size_t next_upstream = 0;
  };

  void search_from(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      auto& [task, next] = path_.back();
      if (next == tasks_[task].upstreams.size()) {
        state_[task] = State::done;
        path_.pop_back();
        continue;
      }
      auto upstream = index_.find(tasks_[task].upstreams[next++]);
      if (upstream == index_.end()) continue;
      if (state_[upstream->second] == State::on_path) report(upstream->second);
      if (state_[upstream->second] == State::unseen) enter(upstream->second);
    }
  }

  void enter(std::size_t task) {
    state_[task] = State::on_path;
    path_.push_back({task, 0});
  }

  /// The path from `first` to its end is a cycle.
  void report(std::size_t first) {
    std::vector<std::size_t> members;
    for (auto step = path_.rbegin();; ++step) {
      if (reported_[step->task]) return;
      members.push_back(step->task);
      if (step->task == first) break;
    }
    std::ranges::reverse(members);
    std::ranges::rotate(members, std::ranges::min_element(members));
    Cycle cycle;
    for (auto member : members) {
      reported_[member] = true;
      cycle.push_back(tasks_[member].key);
    }
    cycles_.push_back(std::move(cycle));
  }

  std::span<const TaskSpec> tasks_;
  Index index_;
  std::vector<State> state_;
  std::vector<bool> reported_;
  std::vector<Step> path_;
  std::vector<Cycle> cycles_;
};

}  // namespace

std::vector<MissingUpstream> missing_upstreams(std::span<const TaskSpec> tasks) {
  Index index = index_of(tasks);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < std::min(tasks.size(), suggested_from_max); ++i) keys.push_back(tasks[i].key);
  std::vector<MissingUpstream> missing;
  for (const auto& task : tasks) {
    for (const auto& upstream : task.upstreams) {
      if (index.contains(upstream)) continue;
      auto near = missing.size() < suggestions_max ? suggest(upstream, keys) : std::string();
      missing.push_back({task.key, upstream, std::move(near)});
    }
  }
  return missing;
}

std::vector<Cycle> cycles_in(std::span<const TaskSpec> tasks) { return CycleFinder(tasks).find(); }

std::vector<TaskSpec> in_order(std::vector<TaskSpec> tasks) {
  std::unordered_map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < tasks.size(); ++i) position[tasks[i].key] = i;
  std::vector<std::size_t> waiting(tasks.size());
  std::vector<std::vector<std::size_t>> downstreams(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    waiting[i] = tasks[i].upstreams.size();
    for (const auto& upstream : tasks[i].upstreams) downstreams[position.at(upstream)].push_back(i);
  }
  std::set<std::size_t> ready;  // by position, so that the order of the author is kept
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (waiting[i] == 0) ready.insert(i);
  }
  std::vector<TaskSpec> ordered;
  while (!ready.empty()) {
    std::size_t next = ready.extract(ready.begin()).value();
    for (std::size_t downstream : downstreams[next]) {
      if (--waiting[downstream] == 0) ready.insert(downstream);
    }
    ordered.push_back(std::move(tasks[next]));
  }
  WEIR_CHECK(ordered.size() == tasks.size(), "a checked graph has an order");
  return ordered;
}

Error to_error(const MissingUpstream& missing) {
  return {Code::invalid,
          fmt::format("task '{}' needs '{}', which does not exist", missing.task, missing.upstream),
          missing.hint};
}

Error to_error(const Cycle& cycle) {
  if (cycle.size() == 1) {
    return {Code::invalid, fmt::format("task '{}' needs itself", cycle.front()),
            "remove it from what it needs"};
  }
  auto shown = std::span(cycle).first(std::min(cycle.size(), shown_cycle_max));
  return {Code::invalid,
          fmt::format("tasks need each other in a circle: {}{} -> {}", fmt::join(shown, " -> "),
                      shown.size() < cycle.size() ? " -> …" : "", cycle.front()),
          "each needs the next one; one of them has to start"};
}

Result<void> check_graph(std::span<const TaskSpec> tasks) {
  if (auto missing = missing_upstreams(tasks); !missing.empty())
    return std::unexpected(to_error(missing.front()));
  if (auto cycles = cycles_in(tasks); !cycles.empty()) return std::unexpected(to_error(cycles.front()));
  return {};
}

}  // namespace weir::core
