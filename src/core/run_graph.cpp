// The graph of a run: what one task waits for, and what the end of a task means for those that wait for it.
// The end of a task costs its out-degree, whatever else is blocked.
#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "core/run.h"
#include "core/template.h"

namespace weir::core {
namespace {

/// The key of the task whose whole result `compiled` is; empty when it is anything else.
std::string whole_result_of(const json& compiled) {
  if (!is_hole(compiled)) return {};
  auto lookups = lookups_in(compiled);
  const auto& path = lookups.empty() ? Path{} : lookups.front().path;
  return path.size() == 3 && path[0] == "tasks" && path[2] == "result" ? path[1] : std::string{};
}

bool reads(const json& compiled, const std::string& key) {
  auto upstreams = data_upstreams(compiled);
  return std::ranges::find(upstreams, key) != upstreams.end();
}

/// Whether the task reads another result of `key` than the item it is mapped over.
bool reads_whole(const TaskSpec& spec, const std::string& key) {
  const auto& policy = spec.policy;
  return reads(spec.inputs, key) ||
         (policy.when && (reads(policy.when->value, key) || reads(policy.when->operand, key))) ||
         (policy.cache && policy.cache->key && reads(*policy.cache->key, key));
}

/// The arrays that `map` names: itself, or the members of an object.
std::vector<MapSource> sources_in(const json& map) {
  std::vector<MapSource> sources;
  const auto* object = map.if_object();
  bool zips = object && !is_hole(map) &&
              std::ranges::none_of(*object, [](const auto& member) { return member.key().starts_with('$'); });
  if (!zips) {
    sources.push_back({"", map, -1});
    return sources;
  }
  for (const auto& [name, compiled] : *object) sources.push_back({name, compiled, -1});
  return sources;
}

}  // namespace

TaskIndex Run::add_tasks(StageIndex stage, std::uint32_t count) {
  auto first = static_cast<TaskIndex>(states_.size());
  std::size_t size = states_.size() + count;
  states_.resize(size, TaskState::pending);
  stage_of_.resize(size, stage);
  attempts_.resize(size, 0);
  failures_.resize(size, 0);
  times_.resize(size);
  end_order_.resize(size, 0);
  unfinished_ += count;
  return first;
}

/// Finds the edges of a new stage and counts the upstreams that have ended already.
void Run::connect(StageIndex index) {
  auto& stage = stages_[index];
  const auto& spec = *stage.spec;
  if (spec.map) stage.sources = sources_in(*spec.map);
  for (const auto& key : spec.upstreams) {
    auto found = by_key_.find(key);
    WEIR_CHECK(found != by_key_.end() && found->second != index,
               "a task is added after the tasks it waits for");
    StageIndex upstream = found->second;
    bool by_element = false;
    for (auto& source : stage.sources) {
      bool follows =
          stages_[upstream].is_mapped() && whole_result_of(source.compiled) == key && !reads_whole(spec, key);
      if (follows) source.by_element = upstream;
      by_element = by_element || follows;
    }
    stage.upstreams.push_back({upstream, by_element});
    stages_[upstream].downstreams.push_back({index, by_element});
    if (by_element) continue;
    ++stage.tally.total;
    if (is_terminal(states_[stages_[upstream].head])) count_end(stage.tally, stages_[upstream].head);
  }
}

void Run::count_end(Tally& tally, TaskIndex upstream) const {
  switch (states_[upstream]) {
    case TaskState::succeeded:
      ++tally.succeeded;
      break;
    case TaskState::skipped:
      ++(WEIR_BUG("skipped counts as succeeded") ? tally.succeeded : tally.skipped);
      break;
    default:
      ++tally.failed;
  }
}

/// The task has ended: those that wait for it learn about it.
void Run::finish(TaskIndex task) {
  --unfinished_;
  end_order_[task] = ++ends_;
  StageIndex index = stage_of_[task];
  auto& stage = stages_[index];
  bool fine = states_[task] == TaskState::succeeded || states_[task] == TaskState::skipped;
  if (!fine && !stage.spec->policy.may_fail) ++unsuccessful_;
  if (task == stage.head) {
    tell_downstreams(index, false);
    if (!stage.expanded) tell_downstreams(index, true);
    return;
  }
  if (--stage.unfinished == 0) complete_.push_back(stage.head);
  for (const auto& edge : stage.downstreams) {
    if (edge.by_element && stages_[edge.stage].expanded) consider_element(edge.stage, task - stage.first);
  }
}

void Run::tell_downstreams(StageIndex index, bool by_element) {
  for (const auto& edge : stages_[index].downstreams) {
    if (edge.by_element != by_element) continue;
    auto& downstream = stages_[edge.stage];
    if (!by_element) count_end(downstream.tally, stages_[index].head);
    consider(edge.stage);
  }
}

/// Looks whether the fate of a stage is known now.
void Run::consider(StageIndex index) {
  const auto& stage = stages_[index];
  if (states_[stage.head] != TaskState::pending) return;
  Verdict verdict = head_verdict(stage);
  if (verdict == Verdict::wait && WEIR_BUG("a task starts when one of its upstreams has ended"))
    verdict = Verdict::start;
  if (verdict == Verdict::wait) return;
  if (verdict != Verdict::start) {
    doomed_.push_back({stage.head, verdict, cause_of(stage, std::nullopt, verdict)});
  } else if (stage.is_mapped()) {
    to_expand_.push_back(stage.head);
  } else {
    ready_.push(stage.lane, stage.head);
  }
}

void Run::consider_element(StageIndex index, std::uint32_t element) {
  const auto& stage = stages_[index];
  TaskIndex task = stage.first + element;
  if (states_[task] != TaskState::pending || is_draining(index)) return;
  Verdict verdict = element_verdict(stage, element);
  if (verdict == Verdict::wait && WEIR_BUG("an element starts before the one it follows"))
    verdict = Verdict::start;
  if (verdict == Verdict::wait) return;
  if (verdict == Verdict::start) {
    ready_.push(stage.lane, task);
  } else {
    doomed_.push_back({task, verdict, cause_of(stage, element, verdict)});
  }
}

/// A mapped stage can begin once it knows what it walks along; its rule judges the upstreams it waits for as a
/// whole, and then, for each element, the elements it follows.
Verdict Run::head_verdict(const Stage& stage) const {
  for (const auto& source : stage.sources) {
    if (source.by_element < 0) continue;
    const auto& upstream = stages_[static_cast<StageIndex>(source.by_element)];
    if (upstream.expanded && !is_draining(static_cast<StageIndex>(source.by_element))) continue;
    if (!is_terminal(states_[upstream.head])) return Verdict::wait;
    return states_[upstream.head] == TaskState::skipped ? Verdict::skip : Verdict::upstream_failed;
  }
  const auto& policy = stage.spec->policy;
  if (!policy.cleanup) return core::verdict(policy.trigger, stage.tally);
  Verdict verdict = core::verdict({Trigger::all_done, 0}, stage.tally);
  bool nothing_begun = verdict == Verdict::start && stage.tally.total > 0 && !any_begun(stage);
  return nothing_begun ? Verdict::skip : verdict;
}

/// Whether there is anything to clean after the upstreams of this stage.
bool Run::any_begun(const Stage& stage) const {
  return std::ranges::any_of(stage.upstreams, [this](const Edge& edge) {
    const auto& upstream = stages_[edge.stage];
    return upstream.count > 0 || attempts_[upstream.head] > 0;
  });
}

Verdict Run::element_verdict(const Stage& stage, std::uint32_t element) const {
  Tally tally;
  for (const auto& edge : stage.upstreams) {
    const auto& upstream = stages_[edge.stage];
    if (!edge.by_element || element >= upstream.count) continue;
    ++tally.total;
    TaskIndex task = upstream.first + element;
    if (is_terminal(states_[task])) count_end(tally, task);
  }
  const auto& policy = stage.spec->policy;
  return core::verdict(policy.cleanup ? TriggerRule{Trigger::all_done, 0} : policy.trigger, tally);
}

/// An upstream that explains the verdict: one that failed, or was skipped.
TaskIndex Run::cause_of(const Stage& stage, std::optional<std::uint32_t> element, Verdict verdict) const {
  for (const auto& edge : stage.upstreams) {
    const auto& upstream = stages_[edge.stage];
    bool of_element = element && edge.by_element && *element < upstream.count;
    TaskIndex task = of_element ? upstream.first + *element : upstream.head;
    TaskState state = states_[task];
    if (!is_terminal(state) || state == TaskState::succeeded) continue;
    if ((state == TaskState::skipped) == (verdict == Verdict::skip)) return task;
  }
  return stage.upstreams.empty() ? stage.head : stages_[stage.upstreams.front().stage].head;
}

void Run::drop_settled() {
  using enum TaskState;
  while (!doomed_.empty() && states_[doomed_.front().task] != pending) doomed_.pop_front();
  while (!to_expand_.empty() && states_[to_expand_.front()] != pending) to_expand_.pop_front();
  auto is_stale = [this](TaskIndex head) {
    StageIndex stage = stage_of_[head];
    return states_[head] != running || stages_[stage].unfinished > 0 || is_draining(stage);
  };
  while (!complete_.empty() && is_stale(complete_.front())) complete_.pop_front();
}

}  // namespace weir::core
