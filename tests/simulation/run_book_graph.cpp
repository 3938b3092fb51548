// What a history says about the graph: who waits for whom, what an attempt must be given, what a reopened run does
// again.
#include <algorithm>

#include "run_book.h"
#include "violation.h"

namespace weir::sim {

using Phase = TaskEntry::Phase;

namespace {

/// The key of the task whose whole result this is.
std::optional<std::string> whole_result(const json& compiled) {
  const auto* object = compiled.if_object();
  const auto* steps = object ? object->if_contains("$") : nullptr;
  if (!steps || steps->get_array().size() != 3 || steps->get_array()[0] != "tasks") return std::nullopt;
  return std::string(steps->get_array()[1].get_string());
}

/// The arrays that a map names; an object that is no look-up names several.
std::vector<std::pair<std::string, json>> sources_of(const json& map) {
  const auto* object = map.if_object();
  if (!object || object->contains("$")) return {{"", map}};
  std::vector<std::pair<std::string, json>> sources;
  for (const auto& [name, compiled] : *object) sources.emplace_back(name, compiled);
  return sources;
}

}  // namespace

bool RunBook::follows_elements(const core::TaskSpec& spec, std::uint32_t upstream) const {
  const auto& key = stages_[upstream].spec.key;
  if (!spec.map || !stages_[upstream].spec.map) return false;
  auto mention = to_text(json{"tasks", key});
  mention.pop_back();
  bool reads_it_otherwise = to_text(spec.inputs).find(mention) != std::string::npos;
  return !reads_it_otherwise && std::ranges::any_of(sources_of(*spec.map), [&](const auto& source) {
    return whole_result(source.second) == key;
  });
}

Ends RunBook::ends_before(const TaskEntry& task) const {
  Ends ends;
  for (const auto& [upstream, by_element] : stage_of(task).upstreams) {
    const auto& stage = stages_[upstream];
    if (by_element != task.element.has_value() || (task.element && *task.element >= stage.count)) continue;
    const auto& awaited = tasks_[task.element ? stage.first + *task.element : stage.head];
    ++ends.total;
    if (awaited.phase == Phase::succeeded) {
      ++ends.succeeded;
    } else if (awaited.phase == Phase::skipped) {
      ++ends.skipped;
    } else if (awaited.has_ended()) {
      ++ends.failed;
    }
  }
  return ends;
}

bool RunBook::has_begun(const StageEntry& stage) const {
  return stage.count > 0 || !tasks_[stage.head].attempts.empty();
}

Fate RunBook::fate_of(const TaskEntry& task) const {
  const auto& stage = stage_of(task);
  const auto& policy = stage.spec.policy;
  if (stage.superseded) return Fate::waits;
  if (!task.element) {
    for (const auto& [upstream, by_element] : stage.upstreams) {
      if (!by_element || (stages_[upstream].expanded && !stages_[upstream].superseded)) continue;
      const auto& head = tasks_[stages_[upstream].head];
      if (!head.has_ended()) return Fate::waits;
      return head.phase == Phase::skipped ? Fate::skipped : Fate::gives_up;
    }
  }
  Ends ends = ends_before(task);
  if (!policy.cleanup) return sim::fate_of(policy.trigger, ends);
  if (!ends.all()) return Fate::waits;
  bool anything =
      task.element || ends.total == 0 ||
      std::ranges::any_of(stage.upstreams, [this](const auto& it) { return has_begun(stages_[it.stage]); });
  return anything ? Fate::starts : Fate::skipped;
}

bool RunBook::may_start(const TaskEntry& task, Instant latest) const {
  if (is_superseded(task)) return false;
  bool stands_for_elements = !task.element && stage_of(task).spec.map;
  if (stands_for_elements || is_being_cancelled(task) || (paused_ && !cancelling_)) return false;
  if (task.phase == Phase::backing_off) return task.retry_at <= latest;
  return task.phase == Phase::waiting && fate_of(task) == Fate::starts;
}

std::optional<json> RunBook::result_of(const std::string& key) const {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  const auto& stage = stages_[found->second];
  const auto& head = tasks_[stage.head];
  if (!stage.expanded || !head.has_ended()) return head.value;
  JsonArray items;
  for (std::uint32_t i = 0; i < stage.count; ++i) {
    items.push_back(tasks_[stage.first + i].value.value_or(json(nullptr)));
  }
  return items;
}

std::optional<json> RunBook::look_up(const TaskEntry& task, const core::Path& path) const {
  if (path[0] == "item") return item_of(task);
  if (path[0] == "index") return task.element ? std::optional(json(*task.element)) : std::nullopt;
  std::optional<json> value =
      path[0] == "tasks" ? result_of(path[1]) : std::optional(json(about_.parameters));
  for (std::size_t i = path[0] == "tasks" ? 3 : 1; i < path.size() && value; ++i) {
    const json* member = weir::find(*value, path[i]);
    value = member ? std::optional(json(*member)) : std::nullopt;
  }
  return value;
}

/// Item of an element: of an array, or one of each of several arrays.
std::optional<json> RunBook::item_of(const TaskEntry& task) const {
  if (!task.element) return std::nullopt;
  JsonObject item;
  for (const auto& [name, compiled] : sources_of(*stage_of(task).spec.map)) {
    std::optional<json> part;
    auto followed = whole_result(compiled);
    auto upstream = followed ? by_key_.find(*followed) : by_key_.end();
    if (upstream != by_key_.end() && follows_elements(stage_of(task).spec, upstream->second)) {
      part = tasks_[stages_[upstream->second].first + *task.element].value.value_or(json(nullptr));
    } else {
      auto whole = fill(compiled, [&](const core::Path& path) { return look_up(task, path); });
      if (!whole || !whole->is_array()) return std::nullopt;
      part = whole->get_array().at(*task.element);
    }
    if (name.empty()) return part;
    item[name] = std::move(*part);
  }
  return item;
}

/// How many elements a mapped task has; nullopt when what it maps over is not arrays of one length.
std::optional<std::uint32_t> RunBook::elements_of(const TaskEntry& head) const {
  std::optional<std::uint32_t> length;
  for (const auto& [name, compiled] : sources_of(*stage_of(head).spec.map)) {
    std::uint32_t count = 0;
    auto followed = whole_result(compiled);
    auto upstream = followed ? by_key_.find(*followed) : by_key_.end();
    if (upstream != by_key_.end() && follows_elements(stage_of(head).spec, upstream->second)) {
      count = stages_[upstream->second].count;
    } else {
      auto whole = fill(compiled, [&](const core::Path& path) { return look_up(head, path); });
      if (!whole || !whole->is_array()) return std::nullopt;
      count = static_cast<std::uint32_t>(whole->get_array().size());
    }
    if (length && *length != count) return std::nullopt;
    length = count;
  }
  return length;
}

std::optional<json> RunBook::inputs_of(const TaskEntry& task) const {
  return fill(stage_of(task).spec.inputs, [&](const core::Path& path) { return look_up(task, path); });
}

std::optional<bool> RunBook::is_wanted(const TaskEntry& task) const {
  const auto& when = policy_of(task).when;
  if (!when) return true;
  return is_true(*when, [&](const core::Path& path) { return look_up(task, path); });
}

// A finished run goes on: what is named runs again, and all that follows from it.

void RunBook::reopen(core::TaskIndex index) {
  const auto& entry = task(index);
  if (entry.phase == Phase::dropped) return;  // with its whole stage
  if (entry.element) {
    reopen_element(entry.stage, *entry.element);
  } else {
    reopen_stage(entry.stage);
  }
}

void RunBook::forget_end(TaskEntry& task) {
  task.phase = Phase::waiting;
  task.failures = 0;
  task.worker_crashes = 0;
  task.value.reset();
  task.file.clear();
}

void RunBook::reopen_stage(std::uint32_t index) {
  auto& stage = stages_[index];
  bool fresh = tasks_[stage.head].phase == Phase::waiting;
  for (std::uint32_t i = 0; i < stage.count; ++i) tasks_[stage.first + i].phase = Phase::dropped;
  stage.expanded = false;
  stage.count = 0;
  forget_end(tasks_[stage.head]);
  if (fresh) return;
  for (std::uint32_t other = 0; other < stages_.size(); ++other) {
    bool follows =
        std::ranges::any_of(stages_[other].upstreams, [&](const auto& it) { return it.stage == index; });
    if (follows) reopen_stage(other);
  }
}

void RunBook::reopen_element(std::uint32_t index, std::uint32_t element) {
  auto& stage = stages_[index];
  if (!stage.expanded || tasks_[stage.first + element].phase == Phase::waiting) return;
  forget_end(tasks_[stage.first + element]);
  tasks_[stage.head].phase = Phase::expanded;
  for (std::uint32_t other = 0; other < stages_.size(); ++other) {
    for (const auto& [upstream, by_element] : stages_[other].upstreams) {
      if (upstream != index) continue;
      if (by_element && stages_[other].expanded) {
        reopen_element(other, element);
      } else {
        reopen_stage(other);
      }
    }
  }
}

}  // namespace weir::sim
