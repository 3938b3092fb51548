// A task that a later life of the run declares otherwise: it becomes another task under the same key, and it and all that
// follows from it run again. What is under way of them is ended first: a stage starts anew when the last such attempt
// has been seen to end.
#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "core/run.h"

namespace weir::core {

void Run::on(const TaskChanged& fact, Instant) {
  StageIndex index = stage_of_[fact.task];
  WEIR_CHECK(stages_[index].head == fact.task, "a stage changes as a whole");
  if (fact.why == TaskChanged::Why::policy) {
    change_policy(index, fact.spec);
  } else {
    changes_[index] = {fact.spec, fact.external};
    restart(index);
  }
  consider_all();
}

void Run::on(const AttemptSuperseded& fact, Instant at) {
  move(fact.task, Step::crash);
  end_attempt(fact.task, at);
  drained(fact.task);
}

const TaskSpec& Run::declared(StageIndex stage) const {
  auto change = changes_.find(stage);
  return change == changes_.end() ? *stages_[stage].spec : *change->second.spec;
}

/// What has ended stays as it is, but whether a failure counts is a matter of the policy.
void Run::change_policy(StageIndex index, std::shared_ptr<const TaskSpec> spec) {
  if (auto change = changes_.find(index); change != changes_.end()) {
    change->second.spec = std::move(spec);
    return;
  }
  auto& stage = stages_[index];
  auto went_wrong = [this](TaskIndex task) {
    TaskState state = states_[task];
    return is_terminal(state) && state != TaskState::succeeded && state != TaskState::skipped;
  };
  std::size_t wrong = went_wrong(stage.head) ? 1 : 0;
  for (TaskIndex task = stage.first; task < stage.first + stage.count; ++task)
    wrong += went_wrong(task) ? 1 : 0;
  if (!stage.spec->policy.may_fail) unsuccessful_ -= wrong;
  if (!spec->policy.may_fail) unsuccessful_ += wrong;
  stage.lane = ready_.lane_of(*spec);
  stage.spec = std::move(spec);
}

std::unordered_set<StageIndex> Run::followers_of(StageIndex stage) const {
  std::unordered_set<StageIndex> found;
  std::vector<StageIndex> waiting{stage};
  while (!waiting.empty()) {
    StageIndex next = waiting.back();
    waiting.pop_back();
    if (!found.insert(next).second) continue;
    if (WEIR_BUG("what followed from a changed task is kept")) break;
    for (const auto& edge : stages_[next].downstreams) waiting.push_back(edge.stage);
  }
  return found;
}

bool Run::leads_to(StageIndex stage, StageIndex other) const { return followers_of(stage).contains(other); }

/// The stage and what follows from it: at once where nothing is under way.
void Run::restart(StageIndex index) {
  auto again = followers_of(index);
  for (StageIndex stage : again) draining_.erase(stage);
  for (const auto& [task, live] : live_) {
    StageIndex stage = stage_of_[task];
    if (again.contains(stage) && !WEIR_BUG("a changed task does not wait for its old attempt"))
      ++draining_[stage];
  }
  std::vector<StageIndex> idle;
  for (StageIndex stage : again) {
    if (!is_draining(stage)) idle.push_back(stage);
  }
  std::ranges::sort(idle);
  for (StageIndex stage : idle) reset(stage);
  for (StageIndex stage : idle) connect_anew(stage);
}

/// An attempt of a stage that is to start anew has ended.
void Run::drained(TaskIndex task) {
  StageIndex index = stage_of_[task];
  auto found = draining_.find(index);
  if (found == draining_.end() || --found->second > 0) return;
  draining_.erase(found);
  reset(index);
  connect_anew(index);
  consider(index);
}

/// Nothing of the stage has happened: a mapped one will expand anew.
void Run::reset(StageIndex index) {
  auto& stage = stages_[index];
  for (TaskIndex task = stage.first; task < stage.first + stage.count; ++task) {
    forget_end(task);
    forget_retry(task);
    states_[task] = TaskState::cancelled;  // it is nobody's element from now on
  }
  TaskState state = states_[stage.head];
  forget_end(stage.head);
  forget_retry(stage.head);
  ++unfinished_;
  if (is_terminal(state) || state == TaskState::retrying) {
    move(stage.head, Step::reopen);
  } else {
    states_[stage.head] = TaskState::pending;  // its elements, or its attempt, were under way
  }
  if (!WEIR_BUG("a reopened task keeps its failures")) failures_[stage.head] = 0;
  stage.expanded = false;
  stage.count = stage.unfinished = 0;
  stage.by_state = {};
  if (auto change = changes_.extract(index)) become(index, change.mapped());
}

void Run::become(StageIndex index, const Change& change) {
  auto& stage = stages_[index];
  stage.spec = change.spec;
  stage.external = change.external;
  stage.lane = ready_.lane_of(*change.spec);
  // Who follows it element by element depends on whether it is mapped.
  std::vector<StageIndex> readers;
  for (const auto& edge : stage.downstreams) readers.push_back(edge.stage);
  for (StageIndex reader : readers) connect_anew(reader);
}

/// The edges to what the stage waits for now.
void Run::connect_anew(StageIndex index) {
  auto& stage = stages_[index];
  for (const auto& edge : stage.upstreams) {
    std::erase_if(stages_[edge.stage].downstreams, [&](const Edge& it) { return it.stage == index; });
  }
  stage.upstreams.clear();
  stage.sources.clear();
  stage.tally = {};
  connect(index);
}

/// Looks at everything anew: what waited its turn may have to wait for something else now.
void Run::consider_all() {
  ready_.clear();
  doomed_.clear();
  to_expand_.clear();
  complete_.clear();
  for (StageIndex i = 0; i < stages_.size(); ++i) {
    if (is_draining(i)) continue;
    consider(i);
    const auto& stage = stages_[i];
    if (!stage.expanded) continue;
    for (std::uint32_t element = 0; element < stage.count; ++element) consider_element(i, element);
    if (stage.unfinished == 0) complete_.push_back(stage.head);
  }
  std::vector<TaskIndex> awake(awake_.begin(), awake_.end());
  std::ranges::sort(awake);
  for (TaskIndex task : awake) ready_.push(stages_[stage_of_[task]].lane, task);
}

/// Drops what is known of a task's end.
void Run::forget_end(TaskIndex task) {
  TaskState state = states_[task];
  bool fine = !is_terminal(state) || state == TaskState::succeeded || state == TaskState::skipped;
  if (!fine && !spec(task).policy.may_fail) --unsuccessful_;
  if (!is_terminal(state)) --unfinished_;
  values_.erase(task);
  notes_.erase(task);
  cached_from_.erase(task);
  worker_crashes_.erase(task);
}

}  // namespace weir::core
