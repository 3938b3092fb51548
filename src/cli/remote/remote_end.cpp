#include "cli/remote/remote_end.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "databricks/executor/ending.h"
#include "databricks/wire/run_state.h"

namespace weir::cli {
namespace {

using databricks::EndedRun;
using databricks::Ending;
using databricks::Jobs;

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds pause_max{5'000};
constexpr std::chrono::milliseconds local_pause_max{500};

EndedRun with_outputs(const Jobs& jobs, json run) {
  EndedRun ended{.run = std::move(run)};
  ended.tasks = databricks::last_attempts(ended.run);
  for (auto& task : ended.tasks) {
    if (task.outcome.ending == Ending::skipped) continue;
    if (auto output = jobs.output(task.run_id)) task.output = std::move(*output);
  }
  return ended;
}

Exit show(const EndedRun& ended, const Terminal& out) {
  auto ending = databricks::outcome_of(ended.run).value_or(databricks::RunOutcome{}).ending;
  auto value = databricks::value_of(ended);
  if (out.as_json)
    out.data_json(value);
  else
    for (const auto& line : databricks::printed_lines(ended)) out.data(line);
  bool succeeded = ending == Ending::succeeded || ending == Ending::succeeded_with_failures;
  if (!succeeded) {
    auto failure = databricks::failure_of(ended);
    if (!failure.trace.empty()) out.say(failure.trace);
    auto url = string_or(value, "run_page_url", "");
    return out.error({Code::failed, failure.message, url.empty() ? "" : "see " + url});
  }
  if (auto result = find_string(value, "result"); result && !out.as_json) out.data(*result);
  if (ending == Ending::succeeded_with_failures) {
    out.say("succeeded with failures: " + databricks::failed_tasks(ended));
  }
  return Exit::ok;
}

}  // namespace

Result<json> see_to_its_end(const Jobs& jobs, std::int64_t run_id, bool local, const Terminal& out) {
  std::string seen;
  bool complained = false;
  for (auto pause = first_pause;; pause = std::min(pause * 13 / 10, local ? local_pause_max : pause_max)) {
    auto run = jobs.run(run_id);
    bool out_of_reach = !run && (run.error().code == Code::unavailable || run.error().code == Code::timeout);
    if (!run && !out_of_reach) return run;
    if (out_of_reach && !std::exchange(complained, true)) out.say(run.error().message + " (still waiting)");
    const json* state = run ? find(*run, "state") : nullptr;
    auto now = state ? string_or(*state, "life_cycle_state", "") : seen;
    if (now != std::exchange(seen, now))
      out.say(out.ink(Terminal::Ink::dim, fmt::format("run {} is {}", run_id, now)));
    if (run && databricks::has_ended(*run)) return run;
    std::this_thread::sleep_for(pause);
  }
}

Exit show_end(const Jobs& jobs, json run, const Terminal& out) {
  return show(with_outputs(jobs, std::move(run)), out);
}

}  // namespace weir::cli
