#include "core/readers.h"

#include <algorithm>
#include <unordered_set>

#include "core/template.h"

namespace weir::core {
namespace {

bool looks_up(const json& compiled, const std::string& key) {
  auto upstreams = data_upstreams(compiled);
  return std::ranges::find(upstreams, key) != upstreams.end();
}

bool has_readers(const Run& run, const Stage& stage) {
  return std::ranges::any_of(stage.downstreams, [&](const Edge& edge) {
    return reads_result(*run.stage(edge.stage).spec, stage.spec->key);
  });
}

bool is_kept(const Run& run, const Stage& stage, TaskIndex task) {
  return !has_readers(run, stage) || stage.spec->policy.persist || stage.spec->policy.cache ||
         run.is_cached(task);
}

/// Stages that run again, found from some of them.
class Following {
 public:
  explicit Following(const Run& run) : run_(run) {}

  void add(StageIndex stage) {
    std::vector<StageIndex> waiting{stage};
    while (!waiting.empty()) {
      StageIndex next = waiting.back();
      waiting.pop_back();
      if (!known_.insert(next).second) continue;
      in_order_.push_back(next);
      for (const auto& edge : run_.stage(next).downstreams) waiting.push_back(edge.stage);
    }
  }

  bool has(StageIndex stage) const { return known_.contains(stage); }
  const std::vector<StageIndex>& all() const { return in_order_; }

 private:
  const Run& run_;
  std::unordered_set<StageIndex> known_{};
  std::vector<StageIndex> in_order_{};
};

}  // namespace

bool reads_result(const TaskSpec& spec, const std::string& key) {
  const auto& policy = spec.policy;
  return looks_up(spec.inputs, key) || (spec.map && looks_up(*spec.map, key)) ||
         (policy.when && (looks_up(policy.when->value, key) || looks_up(policy.when->operand, key))) ||
         (policy.cache && policy.cache->key && looks_up(*policy.cache->key, key));
}

std::vector<TaskIndex> results_of(const Run& run, const Stage& stage) {
  std::vector<TaskIndex> tasks;
  if (!stage.is_mapped())
    return run.state(stage.head) == TaskState::succeeded ? std::vector{stage.head} : tasks;
  for (TaskIndex task = stage.first; task < stage.first + stage.count; ++task) {
    if (run.state(task) == TaskState::succeeded) tasks.push_back(task);
  }
  return tasks;
}

std::vector<std::string> files_to_drop(const Run& run) {
  std::unordered_set<std::string> kept, read;
  for (StageIndex i = 0; i < run.stage_count(); ++i) {
    const auto& stage = run.stage(i);
    for (TaskIndex task : results_of(run, stage)) {
      for_each_stored(*run.value(task), [&](const StoredValue& stored) {
        (is_kept(run, stage, task) ? kept : read).insert(stored.file);
      });
    }
  }
  std::erase_if(read, [&](const std::string& name) { return kept.contains(name); });
  return {read.begin(), read.end()};
}

std::vector<TaskIndex> with_producers(const Run& run, std::vector<TaskIndex> again,
                                      const std::function<bool(const StoredValue&)>& is_there) {
  auto is_gone = [&](const Stage& stage) {
    return std::ranges::any_of(results_of(run, stage), [&](TaskIndex task) {
      bool gone = false;
      for_each_stored(*run.value(task), [&](const StoredValue& stored) { gone = gone || !is_there(stored); });
      return gone;
    });
  };
  Following following(run);
  for (TaskIndex task : again) following.add(run.stage_of(task));
  for (std::size_t i = 0; i < following.all().size(); ++i) {
    StageIndex reader = following.all()[i];
    for (const auto& edge : run.stage(reader).upstreams) {
      const auto& upstream = run.stage(edge.stage);
      bool needed = !following.has(edge.stage) && reads_result(*run.stage(reader).spec, upstream.spec->key);
      if (!needed || !is_gone(upstream)) continue;
      again.push_back(upstream.head);
      following.add(edge.stage);
    }
  }
  return again;
}

}  // namespace weir::core
