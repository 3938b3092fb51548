// Writes the plan of a seed.
#include <algorithm>

#include <fmt/format.h>

#include "core/template.h"
#include "plan.h"
#include "seeded_random.h"

namespace weir::sim {
namespace {

using namespace std::chrono_literals;
using core::hole;
using core::Trigger;

constexpr std::size_t runs_max = 4;
constexpr std::size_t tasks_max = 14;

class Author {
 public:
  explicit Author(std::uint64_t seed) : dice_(seed, 1) {}

  Plan write() {
    Plan plan;
    if (dice_.chance(0.4)) plan.limits["db"] = static_cast<std::int64_t>(dice_.between(1, 4));
    if (dice_.chance(0.2)) plan.limits["net"] = static_cast<std::int64_t>(dice_.between(1, 3));
    for (const auto& [name, slots] : plan.limits)
      limits_.push_back({name, static_cast<std::uint32_t>(slots)});
    if (dice_.chance(0.3)) plan.local_capacity = dice_.between(1, 3);
    if (dice_.chance(0.6)) plan.inline_bytes_max = dice_.chance(0.5) ? 100 : 20;
    std::size_t runs = dice_.between(1, runs_max);
    while (plan.runs.size() < runs) {
      bool repeats = !plan.runs.empty() && dice_.chance(0.25);
      plan.runs.push_back(repeats ? plan.runs.back() : run(plan.runs.size()));
      finish(plan.runs.back(), plan.runs.size() - 1);
    }
    return plan;
  }

 private:
  PlannedRun run(std::size_t index) {
    PlannedRun run;
    run.about.flow = fmt::format("flow-{}", index);
    run.about.parameters = {{"p", dice_.below(4)}};
    if (dice_.chance(0.1)) run.about.timeout = dice_.between(Duration{1s}, Duration{60s});
    if (dice_.chance(0.2))
      run.about.run_limit = {static_cast<std::uint32_t>(dice_.between(1, 2)), dice_.chance(0.3)};
    caches_ = dice_.chance(0.3);
    goes_again_ = !caches_ && dice_.chance(0.25);
    auto upstreams = shape();
    for (std::size_t i = 0; i < upstreams.size(); ++i) run.tasks.push_back(task(i, upstreams[i], run));
    run.open = dice_.chance(0.4);
    if (run.open) write_body(run);
    if (run.open && dice_.chance(0.4)) change_some(run);
    if (goes_again_) run.again = again(run);
    return run;
  }

  /// What is each run's own, also of a flow that runs twice.
  void finish(PlannedRun& run, std::size_t index) {
    run.index = index;
    run.about.source = {{"plan", index}};
    run.about.durability = dice_.chance(0.3) ? core::Durability::disk : core::Durability::process;
    run.starts = dice_.between(Duration{0}, Duration{20s});
    run.cancelled.reset();
    run.paused.reset();
    if (dice_.chance(0.15)) run.cancelled = run.starts + dice_.between(Duration{0}, Duration{40s});
    if (dice_.chance(0.15)) run.paused = run.starts + dice_.between(Duration{0}, Duration{20s});
    run.racing = run.racing || run.cancelled || run.about.timeout;
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
        for (std::size_t i = 1; i + 1 < size; ++i) {
          graph[i] = {0};
          graph[size - 1].push_back(i);
        }
        break;
      case 2:  // diamonds in a row
        for (std::size_t i = 1; i < size; ++i) {
          graph[i] = i % 3 == 0 ? std::vector{i - 1, i - 2} : std::vector{i - i % 3};
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
    spec.policy = policy(upstreams.size());
    JsonObject inputs{{"constant", dice_.below(1000)}};
    if (dice_.chance(0.2)) inputs["many"] = true;
    for (std::size_t upstream : upstreams) spec.upstreams.push_back(run.tasks[upstream].spec.key);
    bool reads = ends_are_known(spec.policy);
    if (dice_.chance(0.25)) spec.map = map(upstreams, run, reads);
    if (spec.map) inputs["item"] = hole({"item"});
    // Elements with equal items must not share what is cached.
    if (spec.map && (spec.policy.cache || dice_.chance(0.5))) inputs["index"] = hole({"index"});
    for (const auto& key : spec.upstreams) {
      bool followed = spec.map && to_text(*spec.map).find('"' + key + '"') != std::string::npos;
      if (reads && !followed && dice_.chance(0.4)) inputs[key] = hole({"tasks", key, "result"});
    }
    spec.inputs = std::move(inputs);
    if (dice_.chance(0.1)) spec.policy.when = condition(spec, reads);
    task.outcomes = outcomes(spec.policy, run);
    task.outcomes_again =
        dice_.chance(0.7) ? std::vector{Outcome{Outcome::Is::success, lasts(), 0}} : task.outcomes;
    // Attempts of such tasks can end by themselves as well.
    if (spec.policy.timeout && (spec.map || goes_again_)) run.racing = true;
    if (spec.policy.cleanup) note_race_with_cache(upstreams, run);
    return task;
  }

  /// Whether every upstream has ended when the task starts, whatever the order of their ends.
  static bool ends_are_known(const core::Policy& policy) {
    auto rule = policy.trigger.trigger;
    return policy.cleanup || rule == Trigger::all_success || rule == Trigger::all_done ||
           rule == Trigger::none_failed;
  }

  /// Whether there is something to clean depends on whether the task before had to run at all.
  void note_race_with_cache(const std::vector<std::size_t>& upstreams, PlannedRun& run) {
    for (std::size_t upstream : upstreams) {
      if (run.tasks[upstream].spec.policy.cache) run.racing = true;
    }
  }

  /// Over constants, over a result, along the elements of another mapped task, or over two of them at once.
  json map(const std::vector<std::size_t>& upstreams, const PlannedRun& run, bool reads) {
    JsonArray constants;
    for (std::uint64_t i = dice_.below(5); i > 0; --i) constants.push_back(i);
    if (upstreams.empty() || !reads || dice_.chance(0.3)) return constants;
    const auto& upstream = run.tasks[upstreams[dice_.below(upstreams.size())]].spec;
    json result = hole({"tasks", upstream.key, "result"});
    if (dice_.chance(0.8)) return result;
    return {{"one", result}, {"other", result}};
  }

  core::Policy policy(std::size_t upstreams) {
    core::Policy policy;
    if (dice_.chance(0.4)) policy.retry = retry();
    if (dice_.chance(0.15)) policy.timeout = dice_.between(Duration{100ms}, Duration{8s});
    if (upstreams > 0 && dice_.chance(0.3)) {
      policy.trigger.trigger = static_cast<Trigger>(dice_.below(8));
      if (policy.trigger.trigger == Trigger::at_least) {
        policy.trigger.count = static_cast<std::uint32_t>(dice_.between(1, upstreams));
      }
    }
    policy.cleanup = upstreams > 0 && dice_.chance(0.08);
    policy.may_fail = dice_.chance(0.1);
    policy.persist = dice_.chance(0.2);
    if (caches_ && dice_.chance(0.5)) {
      policy.cache.emplace();
      if (dice_.chance(0.3)) policy.cache->expires = dice_.between(Duration{1s}, Duration{60s});
      policy.cache->refresh = dice_.chance(0.1);
    }
    for (const auto& limit : limits_) {
      if (dice_.chance(0.3)) policy.limits.push_back({limit.name, slots(limit.slots)});
    }
    policy.priority = static_cast<std::int32_t>(dice_.below(3));
    return policy;
  }

  std::uint32_t slots(std::uint32_t size) { return static_cast<std::uint32_t>(dice_.between(1, size)); }

  core::Retry retry() {
    core::Retry retry;
    retry.count = static_cast<std::uint32_t>(dice_.between(1, 4));
    for (std::uint64_t i = dice_.below(3); i > 0; --i)
      retry.delays.push_back(dice_.between(Duration{0}, Duration{5s}));
    if (dice_.chance(0.3)) retry.backoff = 2;
    if (dice_.chance(0.3)) retry.delay_max = 6s;
    if (dice_.chance(0.3)) retry.jitter = 0.5;
    if (dice_.chance(0.15)) retry.on = {dice_.chance(0.5) ? "it did*" : "timeout"};
    if (dice_.chance(0.15)) retry.never_on = {other_message};
    return retry;
  }

  core::Condition condition(const core::TaskSpec& spec, bool reads) {
    core::Condition condition;
    bool result = reads && !spec.upstreams.empty() && !spec.map && dice_.chance(0.5);
    condition.value =
        result ? hole({"tasks", spec.upstreams.front(), "result", "n"}) : hole({"parameters", "p"});
    condition.is = dice_.chance(0.5) ? core::Condition::Is::not_equals : core::Condition::Is::less_than;
    condition.operand = static_cast<std::int64_t>(dice_.below(4));
    return condition;
  }

  /// Where an attempt can end by itself or by its timeout, the order of both is luck, and the run is `racing`.
  std::vector<Outcome> outcomes(const core::Policy& policy, PlannedRun& run) {
    std::vector<Outcome> outcomes;
    bool races = policy.timeout && dice_.chance(0.5);
    run.racing = run.racing || races;
    std::size_t failures = dice_.chance(0.35) ? dice_.between(1, 4) : 0;
    for (std::size_t i = 0; i <= failures; ++i) {
      auto is = Outcome::Is::success;
      if (i < failures) is = dice_.chance(0.1) ? Outcome::Is::refusal : Outcome::Is::failure;
      if (i < failures && dice_.chance(0.2)) is = Outcome::Is::other_failure;
      if (i == failures && dice_.chance(0.07)) is = Outcome::Is::skip;
      if (policy.timeout && (!races || dice_.chance(0.5))) is = Outcome::Is::hang;
      auto crashes = dice_.chance(0.07) && !policy.timeout ? dice_.between(1, 4) : 0;
      outcomes.push_back({is, lasts(), static_cast<std::uint32_t>(crashes)});
    }
    return outcomes;
  }

  Duration lasts() {
    if (dice_.chance(0.2)) return Duration{0};
    return dice_.between(Duration{1ms}, dice_.chance(0.2) ? Duration{20s} : Duration{2s});
  }

  /// Adds every task in order, and waits for some of those added before.
  void write_body(PlannedRun& run) {
    for (std::size_t i = 0; i < run.tasks.size(); ++i) {
      run.body.push_back({BodyStep::Is::add, i});
      if (dice_.chance(0.25)) run.body.push_back({BodyStep::Is::await, dice_.below(i + 1)});
    }
    run.body_throws = dice_.chance(0.1);
  }

  /// An author changes the body between two lives of the run. How it ends is a matter of when.
  void change_some(PlannedRun& run) {
    run.racing = true;
    for (auto& task : run.tasks) {
      if (!dice_.chance(0.4)) continue;
      auto& spec = task.changed.emplace(task.spec);
      switch (dice_.below(5)) {
        case 0:
          spec.policy.retry = retry();
          spec.policy.may_fail = dice_.chance(0.5);
          spec.policy.priority = static_cast<std::int32_t>(dice_.below(3));
          break;
        case 1:
          spec.kind = spec.kind == "local" ? "remote" : "local";
          break;
        case 2:
          drop_upstream(spec);
          break;
        default:
          spec.inputs.get_object()["constant"] = dice_.below(1000);
      }
    }
  }

  /// It does not wait for one of them any more, where nothing else than its inputs reads that.
  void drop_upstream(core::TaskSpec& spec) {
    if (spec.upstreams.empty() || spec.map || spec.policy.when) return;
    spec.inputs.get_object().erase(spec.upstreams.back());
    spec.upstreams.pop_back();
    if (!spec.upstreams.empty()) return;
    core::Policy policy;
    policy.timeout = spec.policy.timeout;  // what hangs needs it
    spec.policy = policy;
  }

  Again again(const PlannedRun& run) {
    Again again;
    if (run.tasks.empty() || dice_.chance(0.5)) return again;
    for (std::uint64_t i = dice_.between(1, 2); i > 0; --i) {
      const auto& spec = run.tasks[dice_.below(run.tasks.size())].spec;
      bool element = spec.map && dice_.chance(0.5);
      again.from.push_back(element ? fmt::format("{}[{}]", spec.key, dice_.below(3)) : spec.key);
    }
    return again;
  }

  SeededRandom dice_;
  std::vector<core::LimitUse> limits_;
  // Of the run that is being written.
  bool caches_ = false;
  bool goes_again_ = false;
};

}  // namespace

Plan make_plan(std::uint64_t seed) { return Author(seed).write(); }

}  // namespace weir::sim
