#include "databricks/executor/outputs.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/pages.h"
#include "databricks/client/requests.h"
#include "databricks/executor/persistent_call.h"

namespace weir::databricks {
namespace {

/// Answers of what stands in front of a service, or of one that is about to be back.
bool is_outage(int status) { return status == 502 || status == 503 || status == 504; }

/// What has no output is refused as a bad request; everything else keeps one from us.
bool was_there(const CallError& error) {
  return error.is_transient() || error.error.code == Code::unauthenticated;
}

struct Collector : std::enable_shared_from_this<Collector> {
  Session& session;
  std::weak_ptr<void> owner;
  std::function<bool(const CallError&)> again;
  std::function<void(EndedRun)> done;
  EndedRun ended{};
  std::size_t next = 0;  ///< the task whose output comes next
  int tries = 0;         ///< answers of 500 to the call under way

  Collector(Session& with, json run, std::weak_ptr<void> whose, std::function<bool(const CallError&)> more,
            std::function<void(EndedRun)> then)
      : session(with), owner(std::move(whose)), again(std::move(more)), done(std::move(then)) {
    ended.run = std::move(run);
  }

  /// A service that answers 500 to one output for ever must not hold up a run that has ended. One that is out of
  /// order as a whole is waited out, and so is a credential that has run out: the run's result is worth it.
  bool try_again(const CallError& error) {
    bool about_this = error.has_answer() && !error.unsent && error.status >= 500 && !is_outage(error.status);
    if (about_this && ++tries >= session.timing().output_tries_max) return false;
    return again(error);
  }

  void miss(std::string what, const CallError& error) {
    ended.missed.push_back(fmt::format("{} could not be fetched: {}", what, error.error.message));
  }

  void ask(ApiRequest request, void (Collector::*then)(Answer)) {
    tries = 0;
    auto self = shared_from_this();
    call_until_settled(
        session, std::move(request), owner, [self](const CallError& error) { return self->try_again(error); },
        [self, then](Answer answer) { ((*self).*then)(std::move(answer)); });
  }

  void fetch_pages() {
    auto token = next_page_token(ended.run);
    if (token) return ask(requests::run(int_or(ended.run, "run_id", 0), *token), &Collector::on_page);
    ended.tasks = last_attempts(ended.run);
    fetch_output();
  }

  void on_page(Answer answer) {
    if (answer)
      append_page(ended.run, *answer);
    else {
      miss("the list of all tasks", answer.error());
      ended.run.get_object().erase("next_page_token");
    }
    fetch_pages();
  }

  void fetch_output() {
    while (next < ended.tasks.size() && ended.tasks[next].outcome.ending == Ending::skipped) ++next;
    if (next == ended.tasks.size()) return done(std::move(ended));
    ask(requests::run_output(ended.tasks[next].run_id), &Collector::on_output);
  }

  void on_output(Answer answer) {
    auto& task = ended.tasks[next];
    if (answer)
      task.output = std::move(*answer);
    else if (was_there(answer.error()))
      miss(task.key.empty() ? "the output" : fmt::format("the output of {}", task.key), answer.error());
    ++next;
    fetch_output();
  }
};

}  // namespace

std::vector<EndedTask> last_attempts(const json& run) {
  std::vector<EndedTask> tasks;
  std::vector<std::int64_t> attempts;
  const json* listed = find(run, "tasks");
  for (const auto& task : listed && listed->is_array() ? listed->get_array() : JsonArray{}) {
    EndedTask ended{string_or(task, "task_key", ""), int_or(task, "run_id", 0),
                    outcome_of(task).value_or(RunOutcome{}), string_or(task, "run_page_url", "")};
    auto attempt = int_or(task, "attempt_number", 0);
    auto found = std::ranges::find(tasks, ended.key, &EndedTask::key);
    auto index = static_cast<std::size_t>(found - tasks.begin());
    if (found == tasks.end()) {
      tasks.push_back(std::move(ended));
      attempts.push_back(attempt);
    } else if (attempt >= attempts[index]) {
      tasks[index] = std::move(ended);
      attempts[index] = attempt;
    }
  }
  if (tasks.empty()) {
    tasks.push_back({"", int_or(run, "run_id", 0), outcome_of(run).value_or(RunOutcome{}),
                     string_or(run, "run_page_url", "")});
  }
  return tasks;
}

void collect_outputs(Session& session, json run, std::weak_ptr<void> owner,
                     std::function<bool(const CallError&)> again, std::function<void(EndedRun)> done) {
  std::make_shared<Collector>(session, std::move(run), std::move(owner), std::move(again), std::move(done))
      ->fetch_pages();
}

}  // namespace weir::databricks
