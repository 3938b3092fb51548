// Flows for the tests of this folder: the tutorial's, one written by hand, and random ones.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/template.h"
#include "graph/graph.h"

namespace weir::graph {

/// A task that waits for `order` and reads the results of `data`.
inline core::TaskSpec test_task(std::string key, std::vector<std::string> order = {},
                                std::vector<std::string> data = {}) {
  core::TaskSpec task{.key = std::move(key), .kind = "value"};
  JsonArray inputs;
  for (const auto& upstream : data) inputs.push_back(core::hole({"tasks", upstream, "result"}));
  task.inputs = std::move(inputs);
  task.upstreams = std::move(order);
  for (auto& upstream : data) task.upstreams.push_back(std::move(upstream));
  return task;
}

inline core::FlowSpec tutorial_flow() {
  core::FlowSpec flow{.name = "tutorial"};
  flow.tasks = {test_task("ingest"), test_task("daily_config"),
                test_task("daily", {"ingest"}, {"daily_config"}), test_task("monthly_config"),
                test_task("monthly", {"daily"}, {"monthly_config"})};
  for (auto* task : {&flow.tasks[2], &flow.tasks[4]}) {
    task->kind = "databricks.submit_run";
    task->policy.retry.count = 2;
  }
  return flow;
}

/// Random numbers that are the same everywhere (SplitMix64).
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t limit) {
    std::uint64_t bits = state_ += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return (bits ^ (bits >> 31)) % limit;
  }

 private:
  std::uint64_t state_;
};

/// Tasks of up to `upstreams_max` upstreams each among the `reach` tasks before them, by order or by data.
inline core::FlowSpec random_flow(std::uint64_t seed, std::size_t size, std::size_t upstreams_max,
                                  std::size_t reach) {
  TestRandom numbers(seed);
  core::FlowSpec flow{.name = "random"};
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<std::string> order, data;
    std::vector<std::size_t> taken;
    for (std::size_t j = numbers.below(upstreams_max + 1); i > 0 && j > 0; --j) {
      std::size_t upstream = i - 1 - numbers.below(std::min(i, reach));
      if (std::ranges::find(taken, upstream) != taken.end()) continue;
      taken.push_back(upstream);
      (numbers.below(2) == 0 ? order : data).push_back("task-" + std::to_string(upstream));
    }
    flow.tasks.push_back(test_task("task-" + std::to_string(i), std::move(order), std::move(data)));
  }
  return flow;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == text.npos ? text.size() : end + 1;
  }
  return lines;
}

}  // namespace weir::graph
