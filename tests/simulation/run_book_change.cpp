// What a history says about tasks that a later life of their run declares otherwise.
#include <algorithm>

#include "contents.h"
#include "run_book.h"
#include "violation.h"

namespace weir::sim {

using Phase = TaskEntry::Phase;
using Why = core::TaskChanged::Why;

void RunBook::on(const core::TaskChanged& fact, Instant) {
  auto index = task(fact.task).stage;
  auto& stage = stages_[index];
  const auto& name = stage.spec.key;
  demand(stage.head == fact.task && fact.spec->key == name, "a change of '{}' names another task", name);
  demand(!cancelling_, "'{}' changed after the cancel request", name);
  demand(lives_ > 1, "'{}' changed in the first life of its run", name);
  if (fact.why != Why::lost) {
    demand(declared_.insert(name).second, "'{}' changed after this life had declared it", name);
  }
  if (fact.why == Why::policy) {
    const auto& before = stage.next ? *stage.next->spec : stage.spec;
    demand(
        before.inputs == fact.spec->inputs && before.kind == fact.spec->kind && before.map == fact.spec->map,
        "'{}' changed in more than its policy", name);
    if (stage.next) {
      stage.next->spec = fact.spec;
    } else {
      stage.spec.policy = fact.spec->policy;
    }
    return;
  }
  std::set<std::uint32_t> again{index};
  for (bool grows = true; grows;) {
    grows = false;
    for (std::uint32_t other = 0; other < stages_.size(); ++other) {
      bool follows = std::ranges::any_of(
          stages_[other].upstreams, [&](const auto& upstream) { return again.contains(upstream.stage); });
      if (follows) grows = again.insert(other).second || grows;
    }
  }
  stage.next = fact;
  for (auto other : again) stages_[other].superseded = has_active(stages_[other]);
  for (auto other : again) {
    if (!stages_[other].superseded) start_anew(other);
  }
}

void RunBook::on(const core::AttemptSuperseded& fact, Instant) {
  auto& entry = task(fact.task);
  demand(is_superseded(entry), "an attempt of '{}' is put aside, and nothing had changed", key(entry));
  live(fact.task, fact.number).end = AttemptEntry::End::superseded;
  entry.phase = Phase::waiting;
  maybe_drained(entry.stage);
}

bool RunBook::has_active(const StageEntry& stage) const {
  auto elements = tasks_.begin() + stage.first;
  return tasks_[stage.head].phase == Phase::active ||
         std::any_of(elements, elements + stage.count,
                     [](const TaskEntry& entry) { return entry.phase == Phase::active; });
}

void RunBook::maybe_drained(std::uint32_t index) {
  auto& stage = stages_[index];
  if (!stage.superseded || has_active(stage)) return;
  stage.superseded = false;
  start_anew(index);
}

void RunBook::start_anew(std::uint32_t index) {
  auto& stage = stages_[index];
  for (std::uint32_t i = 0; i < stage.count; ++i) tasks_[stage.first + i].phase = Phase::dropped;
  stage.expanded = false;
  stage.count = 0;
  forget_end(tasks_[stage.head]);
  if (!stage.next) return;
  stage.spec = *stage.next->spec;
  stage.external = stage.next->external;
  stage.next.reset();
  connect_all();
}

void RunBook::connect_all() {
  for (auto& stage : stages_) {
    stage.upstreams.clear();
    for (const auto& upstream : stage.spec.upstreams) {
      auto found = by_key_.at(upstream);
      stage.upstreams.push_back({found, follows_elements(stage.spec, found)});
    }
  }
}

const StageEntry* RunBook::stage(const std::string& key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &stages_[found->second];
}

bool RunBook::has_readers(const TaskEntry& task) const {
  auto mention = to_text(json{"tasks", stage_of(task).spec.key});
  mention.pop_back();
  return std::ranges::any_of(stages_, [&](const StageEntry& other) {
    return to_text(core::to_json(other.spec)).find(mention) != std::string::npos;
  });
}

}  // namespace weir::sim
