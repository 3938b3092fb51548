#include "plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/template.h"
#include "violation.h"

namespace weir::sim {
namespace {

constexpr std::size_t runs_max = 4;
constexpr std::size_t tasks_max = 16;

using namespace std::chrono_literals;

class Author {
 public:
  explicit Author(std::uint64_t seed) : dice_(seed, 1) {}

  Plan write() {
    Plan plan;
    std::size_t runs = dice_.between(1, runs_max);
    for (std::size_t i = 0; i < runs; ++i) plan.runs.push_back(run(fmt::format("flow-{}", i)));
    return plan;
  }

 private:
  PlannedRun run(std::string flow) {
    PlannedRun run;
    run.flow = std::move(flow);
    run.durability = dice_.chance(0.3) ? core::Durability::disk : core::Durability::process;
    run.starts = dice_.between(0s, 20s);
    if (dice_.chance(0.2)) run.cancelled = run.starts + dice_.between(0s, 40s);
    auto upstreams = shape();
    for (std::size_t i = 0; i < upstreams.size(); ++i) run.tasks.push_back(task(i, upstreams[i], run));
    run.open = dice_.chance(0.4);
    if (run.open) write_body(run);
    return run;
  }

  /// The upstreams of each task, as indices of tasks before it.
  std::vector<std::vector<std::size_t>> shape() {
    std::size_t size = dice_.between(0, tasks_max);
    std::vector<std::vector<std::size_t>> graph(size);
    switch (dice_.below(4)) {
      case 0:  // a chain
        for (std::size_t i = 1; i < size; ++i) graph[i] = {i - 1};
        break;
      case 1:  // a fan: one, many, one
        for (std::size_t i = 1; i + 1 < size; ++i) graph[i] = {0};
        if (size > 2) {
          for (std::size_t i = 1; i + 1 < size; ++i) graph[size - 1].push_back(i);
        }
        break;
      case 2:  // diamonds in a row
        for (std::size_t i = 1; i < size; ++i) {
          if (i % 3 == 0) {
            graph[i] = {i - 1, i - 2};
          } else {
            graph[i] = {i - i % 3};
          }
        }
        break;
      default:
        for (std::size_t i = 1; i < size; ++i) {
          for (std::size_t upstream = 0; upstream < i; ++upstream) {
            if (dice_.chance(1.5 / static_cast<double>(i))) graph[i].push_back(upstream);
          }
        }
    }
    return graph;
  }

  PlannedTask task(std::size_t index, const std::vector<std::size_t>& upstreams, PlannedRun& run) {
    PlannedTask task;
    auto& spec = task.spec;
    spec.key = fmt::format("t{}", index);
    spec.kind = dice_.chance(0.4) ? "remote" : "local";
    json inputs = {{"constant", dice_.below(1000)}};
    for (std::size_t upstream : upstreams) {
      const auto& key = run.tasks[upstream].spec.key;
      spec.upstreams.push_back(key);
      if (dice_.chance(0.5)) inputs.get_object()[key] = core::hole({"tasks", key, "result"});
    }
    spec.inputs = std::move(inputs);
    spec.policy = policy();
    task.outcomes = outcomes(spec.policy, run.racing);
    return task;
  }

  core::Policy policy() {
    core::Policy policy;
    if (dice_.chance(0.4)) policy.retry.count = static_cast<std::uint32_t>(dice_.between(1, 4));
    if (dice_.chance(0.5)) policy.retry.delays = {dice_.between(0s, 10s)};
    if (dice_.chance(0.15)) policy.timeout = dice_.between(100ms, 8s);
    return policy;
  }

  /// Where an attempt can end by itself or by its timeout, the order of both is luck, and the run is `racing`.
  std::vector<Outcome> outcomes(const core::Policy& policy, bool& racing) {
    std::vector<Outcome> outcomes;
    bool races = policy.timeout && dice_.chance(0.5);
    racing = racing || races;
    std::size_t failures = dice_.chance(0.35) ? dice_.between(1, 4) : 0;
    for (std::size_t i = 0; i <= failures; ++i) {
      auto is = i == failures       ? Outcome::Is::success
                : dice_.chance(0.1) ? Outcome::Is::refusal
                                    : Outcome::Is::failure;
      if (policy.timeout && (!races || dice_.chance(0.5))) is = Outcome::Is::hang;
      outcomes.push_back({is, lasts()});
    }
    return outcomes;
  }

  Duration lasts() {
    return dice_.chance(0.2) ? Duration{0} : dice_.between(1ms, dice_.chance(0.2) ? 20s : 2s);
  }

  /// Adds every task in order, and waits for some of those added before.
  void write_body(PlannedRun& run) {
    for (std::size_t i = 0; i < run.tasks.size(); ++i) {
      run.body.push_back({BodyStep::Is::add, i});
      if (dice_.chance(0.25)) run.body.push_back({BodyStep::Is::await, dice_.below(i + 1)});
    }
    run.body_throws = dice_.chance(0.1);
  }

  SeededRandom dice_;
};

}  // namespace

const PlannedTask* PlannedRun::find(const std::string& key) const {
  auto found = std::ranges::find(tasks, key, [](const PlannedTask& task) { return task.spec.key; });
  return found == tasks.end() ? nullptr : &*found;
}

const PlannedRun& Plan::run_of(const std::string& flow) const {
  auto found = std::ranges::find(runs, flow, &PlannedRun::flow);
  if (found == runs.end()) violate("a run names the flow '{}', which nobody wrote", flow);
  return *found;
}

Plan make_plan(std::uint64_t seed) { return Author(seed).write(); }

json value_of(const std::string& key, const json& inputs) {
  return {{"of", key}, {"digest", std::hash<std::string>{}(key + to_text(inputs)) % 1'000'000}};
}

}  // namespace weir::sim
