#include "workspace/jobs/plan/loop_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

constexpr std::size_t error_messages_max = 3;

using Iterations = std::map<std::int64_t, const Run*>;  // the last attempt at each position

Iterations last_attempts(const std::vector<Run>& runs) {
  Iterations last;
  for (const Run& run : runs) last[run.iteration] = &run;
  return last;
}

struct Counts {
  std::int64_t total = 0;
  std::int64_t scheduled = 0;
  std::int64_t active = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
};

Counts count(const LoopInput& input, const Iterations& iterations) {
  Counts counts{.total = std::ssize(input.elements), .succeeded = std::ssize(input.done)};
  counts.scheduled = std::ssize(iterations) + counts.succeeded;
  for (const auto& [position, run] : iterations) {
    if (!run->has_ended())
      ++counts.active;
    else if (run->result == ResultState::success)
      ++counts.succeeded;
    else
      ++counts.failed;
  }
  return counts;
}

/// The most common messages, as a sample.
JsonArray error_messages(const Iterations& iterations) {
  std::map<std::pair<std::string, std::string>, std::int64_t> found;
  for (const auto& [position, run] : iterations)
    if (run->has_ended() && run->result != ResultState::success) ++found[{run->message, run->termination}];
  std::vector<std::tuple<std::int64_t, std::string, std::string>> sorted;
  for (const auto& [what, times] : found) sorted.emplace_back(-times, what.first, what.second);
  std::ranges::sort(sorted);
  if (sorted.size() > error_messages_max) sorted.resize(error_messages_max);
  JsonArray messages;
  for (const auto& [times, message, termination] : sorted)
    messages.push_back(
        JsonObject{{"error_message", message}, {"count", -times}, {"termination_category", termination}});
  return messages;
}

JsonObject show(const Counts& counts, JsonArray messages) {
  JsonObject stats{{"task_run_stats", JsonObject{{"total_iterations", counts.total},
                                                 {"scheduled_iterations", counts.scheduled},
                                                 {"active_iterations", counts.active},
                                                 {"completed_iterations", counts.succeeded + counts.failed},
                                                 {"succeeded_iterations", counts.succeeded},
                                                 {"failed_iterations", counts.failed}}}};
  if (!messages.empty()) stats["error_message_stats"] = std::move(messages);
  return stats;
}

std::int64_t concurrency_of(const Run& loop) {
  const json* settings = find(loop.spec, "for_each_task");
  return settings ? int_or(*settings, "concurrency", 1) : 1;
}

Ending ending_of_iterations(const Counts& counts) {
  if (counts.failed == 0) return {};
  return {.result = ResultState::failed,
          .termination = "RUN_EXECUTION_ERROR",
          .message = fmt::format("{} of {} iterations failed", counts.failed, counts.total)};
}

}  // namespace

LoopInput read_loop_input(const Run& loop) {
  LoopInput input;
  json read = parse_json(loop.input).value_or(JsonObject{});
  if (const json* elements = find(read, "elements"); elements && elements->is_array())
    input.elements = elements->get_array();
  if (const json* done = find(read, "done"); done && done->is_array())
    for (const json& position : done->get_array()) input.done.push_back(position.to_number<std::int64_t>());
  return input;
}

std::string write_loop_input(const LoopInput& input) {
  JsonArray done(input.done.begin(), input.done.end());
  return to_text(json(JsonObject{{"elements", input.elements}, {"done", std::move(done)}}));
}

std::vector<std::int64_t> done_in(const Run& loop, const std::vector<Run>& iterations) {
  LoopInput input = read_loop_input(loop);
  std::set<std::int64_t> done(input.done.begin(), input.done.end());
  for (const Run& run : iterations)
    if (run.result == ResultState::success) done.insert(run.iteration);
  return {done.begin(), done.end()};
}

LoopPlan plan_loop(const Run& loop, const std::vector<Run>& runs) {
  LoopInput input = read_loop_input(loop);
  Iterations iterations = last_attempts(runs);
  Counts counts = count(input, iterations);
  LoopPlan plan;
  std::int64_t most = loop.stop == Stop::none ? concurrency_of(loop) : 0;
  for (std::int64_t position = 0; position < counts.total && counts.active < most; ++position) {
    if (iterations.contains(position) || std::ranges::binary_search(input.done, position)) continue;
    plan.start.push_back(position);
    ++counts.scheduled;
    ++counts.active;
  }
  plan.stats = show(counts, error_messages(iterations));
  if (counts.active > 0) return plan;
  plan.ending = loop.stop == Stop::none ? ending_of_iterations(counts) : ending_of(loop.stop);
  return plan;
}

}  // namespace weir::workspace
