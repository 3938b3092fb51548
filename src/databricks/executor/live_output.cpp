#include "databricks/executor/live_output.h"

#include <algorithm>
#include <utility>

#include "databricks/executor/ended_task.h"
#include "databricks/executor/persistent_call.h"
#include "databricks/wire/run_state.h"

namespace weir::databricks {
namespace {

ApiRequest output_since(std::int64_t task_run_id, std::int64_t out, std::int64_t err) {
  return {.path = "/weir/runs/output",
          .query = {{"run_id", std::to_string(task_run_id)},
                    {"out", std::to_string(out)},
                    {"err", std::to_string(err)}},
          .repeatable = true};
}

bool has_begun(const json& task) {
  const json* state = find(task, "state");
  auto life_cycle = state ? parse_life_cycle(string_or(*state, "life_cycle_state", "")) : LifeCycle::unknown;
  return life_cycle == LifeCycle::running || life_cycle == LifeCycle::terminating || has_ended(task);
}

constexpr std::size_t lines_max = std::size_t{1} << 24;  ///< all of them: an answer is limited itself

}  // namespace

void LiveOutput::follow(const json& run) {
  const json* listed = find(run, "tasks");
  if (is_refused_ || !listed || !listed->is_array()) return;
  for (const auto& one : listed->get_array()) {
    if (!has_begun(one)) continue;
    auto id = int_or(one, "run_id", 0);
    auto& task = tasks_[id];
    if (listed->get_array().size() > 1) task.mark = string_or(one, "task_key", "") + " | ";
    task.has_ended = has_ended(one);
    if (!task.is_asked && !task.is_complete) ask(id, task);
  }
}

void LiveOutput::follow_to_the_end(const json& run, std::function<void()> done) {
  done_ = std::move(done);
  follow(run);
  end_if_complete();
}

bool LiveOutput::is_complete(std::int64_t task_run_id) const {
  auto found = tasks_.find(task_run_id);
  return found != tasks_.end() && found->second.is_complete;
}

void LiveOutput::ask(std::int64_t task_run_id, Task& task) {
  task.is_asked = true;
  call_until_settled(
      session_, output_since(task_run_id, task.out, task.err), weak_from_this(),
      [](const CallError& error) { return error.is_transient(); },
      [this, task_run_id, had_ended = task.has_ended](const Answer& answer) {
        on_answer(task_run_id, had_ended, answer);
      });
}

/// A task that had ended when it was asked has nothing more to say after its last answer.
void LiveOutput::on_answer(std::int64_t task_run_id, bool had_ended, const Answer& answer) {
  auto& task = tasks_[task_run_id];
  task.is_asked = false;
  is_refused_ |= !answer;
  if (answer) {
    pass_on(*answer, "out", task.mark, task.out);
    pass_on(*answer, "err", task.mark, task.err);
    bool more = bool_or(*answer, "more", false);
    task.is_complete = had_ended && !more;
    if (more || (task.has_ended && !had_ended)) return ask(task_run_id, task);
  }
  end_if_complete();
}

void LiveOutput::pass_on(const json& answer, std::string_view stream, const std::string& mark,
                         std::int64_t& next) {
  const json* part = find(answer, stream);
  if (!part) return;
  next = int_or(*part, "next", next);
  for (const auto& line : last_lines(string_or(*part, "text", ""), lines_max)) line_(mark + line);
}

void LiveOutput::end_if_complete() {
  bool asking = std::ranges::any_of(tasks_, [](const auto& entry) { return entry.second.is_asked; });
  if (!asking && done_) std::exchange(done_, nullptr)();
}

}  // namespace weir::databricks
