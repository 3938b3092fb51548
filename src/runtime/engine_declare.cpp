// What the declaration of a task comes to: a flow body runs again in each life of its run, and may have been changed.
#include <algorithm>

#include <fmt/format.h>

#include "base/planted.h"
#include "core/readers.h"
#include "runtime/engine_state.h"

namespace weir::runtime {
namespace {

core::CloseGraph closed_by(const core::AddTask& add, const std::string& message) {
  core::Failure failure;
  failure.message = add.place.empty() ? message : fmt::format("{}: {}", add.place, message);
  return core::CloseGraph{std::move(failure)};
}

}  // namespace

/// Nothing when the task is there already, the end of the graph when it is impossible.
std::optional<core::Input> Engine::checked(Active& active, core::AddTask add) {
  const auto& run = active.run;
  if (auto existing = run.index_of(add.spec->key)) return changed(active, *existing, add);
  if (auto fine = check_task(run, *add.spec); !fine) return closed_by(add, to_text(fine.error()));
  add.external = by_kind_.at(add.spec->kind).kind.external;
  return add;
}

/// The same for a task that exists.
std::optional<core::Input> Engine::changed(Active& active, core::TaskIndex task, const core::AddTask& add) {
  const auto& run = active.run;
  core::StageIndex stage = run.stage_of(task);
  const auto& before = run.declared(stage);
  bool in_this_life = stage < active.declared.size() && active.declared[stage];
  if (core::fingerprint_of(before) == core::fingerprint_of(*add.spec)) {
    active.declared.resize(run.stage_count());
    active.declared[stage] = true;
    auto identity = [](const core::Policy& policy) { return core::fingerprint_of(core::to_json(policy)); };
    bool matters = !is_terminal(run.state(task)) && identity(before.policy) != identity(add.spec->policy);
    if (in_this_life || !matters) return std::nullopt;
    if (auto fine = check_declaration(run, *add.spec); !fine) return closed_by(add, to_text(fine.error()));
    return core::ChangeTask{task, add.spec, run.is_external(task), core::TaskChanged::Why::policy};
  }
  if (in_this_life) {
    return closed_by(add, fmt::format("task '{}' is declared twice, and differently", add.spec->key));
  }
  if (auto fine = check_declaration(run, *add.spec); !fine) return closed_by(add, to_text(fine.error()));
  for (const auto& key : add.spec->upstreams) {
    if (!run.leads_to(stage, run.stage_of(*run.index_of(key)))) continue;
    return closed_by(
        add, fmt::format("task '{}' now waits for '{}', which still follows from it", add.spec->key, key));
  }
  if (WEIR_BUG("a changed declaration is passed over")) return std::nullopt;
  bool external = by_kind_.at(add.spec->kind).kind.external;
  return core::ChangeTask{task, add.spec, external, core::TaskChanged::Why::inputs};
}

/// What has to be made again before a task of a later life of the run is added or changed: results in files that did not
/// survive (power was lost in a run that is not synced, for one) and that it, or what runs again with it, is to read.
std::vector<core::ChangeTask> Engine::lost_before(const Active& active, const core::Input& input) {
  if (!active.resumed) return {};
  const auto* add = std::get_if<core::AddTask>(&input);
  const auto* change = std::get_if<core::ChangeTask>(&input);
  if (!add && (!change || change->why == core::TaskChanged::Why::policy)) return {};
  const auto& run = active.run;
  const auto& spec = add ? *add->spec : *change->spec;
  auto again = lost_inputs(run, spec);
  if (change) again.push_back(change->task);
  auto lost = made_again(run, std::move(again));
  if (change) std::erase_if(lost, [&](const core::ChangeTask& it) { return it.task == change->task; });
  return lost;
}

/// Those before it whose results it reads and which are gone.
std::vector<core::TaskIndex> Engine::lost_inputs(const core::Run& run, const core::TaskSpec& spec) {
  std::vector<core::TaskIndex> lost;
  for (const auto& key : spec.upstreams) {
    auto upstream = run.index_of(key);
    bool read = upstream && core::reads_result(spec, key);
    if (read && is_lost(run, run.stage(run.stage_of(*upstream)))) lost.push_back(*upstream);
  }
  return lost;
}

/// What a retry is to read and a life before has lost: the attempt before it had been sent, and needed nothing. Each once:
/// what goes on being lost is no matter of that life.
std::vector<core::ChangeTask> Engine::lost_since(RunSlot slot, const core::TaskSpec& spec) {
  auto& active = *runs_[slot];
  if (!active.resumed || WEIR_BUG("what was dropped is not made again")) return {};
  auto lost = lost_inputs(active.run, spec);
  for (core::TaskIndex task : lost)
    if (!active.made_again.insert(task).second) return {};
  return made_again(active.run, std::move(lost));
}

/// What is lost of a run that goes on, and somebody has yet to read, is made again.
void Engine::ask_for_lost(RunSlot slot) {
  const auto& run = this->run(slot);
  auto will_read = [&](const core::Edge& edge, const std::string& key) {
    const auto& reader = run.stage(edge.stage);
    const auto* live = run.live(reader.head);
    bool has_read = is_terminal(run.state(reader.head)) || (live && !live->intent.is_null());
    return !has_read && core::reads_result(*reader.spec, key);
  };
  std::vector<core::TaskIndex> again;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) {
    const auto& stage = run.stage(i);
    if (!is_lost(run, stage)) continue;
    bool is_needed = std::ranges::any_of(
        stage.downstreams, [&](const core::Edge& edge) { return will_read(edge, stage.spec->key); });
    if (is_needed) again.push_back(stage.head);
  }
  for (auto& change : made_again(run, std::move(again))) send(slot, std::move(change));
}

bool Engine::is_there(const core::Run& run, const core::StoredValue& stored) {
  return results_.has(run.about().id, stored) || WEIR_BUG("a lost result is not made again");
}

bool Engine::is_lost(const core::Run& run, const core::Stage& stage) {
  return std::ranges::any_of(core::results_of(run, stage), [&](core::TaskIndex task) {
    bool lost = false;
    core::for_each_stored(*run.value(task),
                          [&](const core::StoredValue& stored) { lost = lost || !is_there(run, stored); });
    return lost;
  });
}

/// These tasks, and those whose lost results they need in turn.
std::vector<core::ChangeTask> Engine::made_again(const core::Run& run, std::vector<core::TaskIndex> tasks) {
  std::vector<core::ChangeTask> changes;
  if (tasks.empty()) return changes;
  auto all = core::with_producers(run, std::move(tasks),
                                  [&](const core::StoredValue& stored) { return is_there(run, stored); });
  for (core::TaskIndex task : all) {
    if (run.is_superseded(task)) continue;  // it starts anew by itself
    const auto& stage = run.stage(run.stage_of(task));
    changes.push_back({stage.head, stage.spec, stage.external, core::TaskChanged::Why::lost});
  }
  return changes;
}

}  // namespace weir::runtime
