// A finished run goes on: some of its tasks become pending again, and with them everything that follows from
// what they will give. The rest keeps its results.
#include <unordered_set>

#include "base/planted.h"
#include "core/run.h"

namespace weir::core {

class Run::Reopening {
 public:
  explicit Reopening(Run& run) : run_(run) {}

  void again(TaskIndex task) {
    StageIndex stage = run_.stage_of_[task];
    if (auto element = run_.element_of(task)) {
      again_element(stage, *element);
    } else {
      again_stage(stage);
    }
  }

  /// Counts the ends that still stand and looks at everything anew.
  void consider_all() {
    for (StageIndex index : stages_) {
      auto& stage = run_.stages_[index];
      stage.tally.succeeded = stage.tally.failed = stage.tally.skipped = 0;
      for (const auto& edge : stage.upstreams) {
        TaskIndex upstream = run_.stages_[edge.stage].head;
        if (!edge.by_element && is_terminal(run_.states_[upstream])) run_.count_end(stage.tally, upstream);
      }
      run_.consider(index);
    }
    for (TaskIndex task : elements_) {
      StageIndex index = run_.stage_of_[task];
      const auto& stage = run_.stages_[index];
      bool belongs = task >= stage.first && task < stage.first + stage.count;
      if (belongs) run_.consider_element(index, task - stage.first);
    }
  }

 private:
  /// The whole stage: a mapped one will expand anew.
  void again_stage(StageIndex index) {
    if (!stages_.insert(index).second) return;
    run_.reset(index);
    const auto& stage = run_.stages_[index];
    for (const auto& edge : stage.downstreams) again_stage(edge.stage);
  }

  /// One element, and those that follow it.
  void again_element(StageIndex index, std::uint32_t element) {
    auto& stage = run_.stages_[index];
    TaskIndex task = stage.first + element;
    if (stages_.contains(index) || !elements_.insert(task).second) return;
    pend(task, Step::reopen);
    ++stage.unfinished;
    if (is_terminal(run_.states_[stage.head])) pend(stage.head, Step::reopen_elements);
    for (const auto& edge : stage.downstreams) {
      if (edge.by_element && run_.stages_[edge.stage].expanded) {
        again_element(edge.stage, element);
      } else {
        again_stage(edge.stage);
      }
    }
  }

  void pend(TaskIndex task, Step step) {
    run_.forget_end(task);
    run_.move(task, step);
    if (!WEIR_BUG("a reopened task keeps its failures")) run_.failures_[task] = 0;
    ++run_.unfinished_;
  }

  Run& run_;
  std::unordered_set<StageIndex> stages_;
  std::unordered_set<TaskIndex> elements_;
};

void Run::on(const RunReopened& fact, Instant) {
  state_ = RunState::running;
  finished_.reset();
  cancelling_.reset();
  paused_ = false;
  body_error_.reset();
  closed_ = !fact.open;
  // Nothing is under way. Histories in which a cancel request did not wait for superseded attempts may say otherwise.
  draining_.clear();
  changes_.clear();
  // A history that was read leaves everybody in there who was ever ready.
  if (!WEIR_BUG("a reopened run remembers who was ready")) ready_.clear();
  Reopening reopening(*this);
  for (TaskIndex task : fact.again) reopening.again(task);
  reopening.consider_all();
}

}  // namespace weir::core
