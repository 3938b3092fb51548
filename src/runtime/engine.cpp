#include "runtime/engine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "base/nearest.h"
#include "base/planted.h"
#include "core/readers.h"
#include "runtime/engine_state.h"

namespace weir::runtime {

Engine::Engine(Surroundings surroundings, std::vector<std::unique_ptr<Executor>> executors)
    : around_(surroundings),
      executors_(std::move(executors)),
      results_(around_.results, around_.inline_value_bytes_max),
      room_(
          around_.store, around_.locks, around_.clock, results_,
          [this](const std::string& kind) { return executor_of(kind); },
          [this](const core::Run& run, core::TaskIndex task, const json& inputs) {
            Executor* executor = executor_of(run.spec(task).kind);
            return executor ? executor->cache_key(slot_of(run), run.spec(task).key, inputs) : std::nullopt;
          }),
      turn_(std::make_unique<Turn>()) {
  for (const auto& executor : executors_) {
    for (auto& kind : executor->kinds()) {
      by_kind_[kind.name] = {kind, executor.get()};
      kinds_.push_back(std::move(kind));
    }
  }
}

Engine::~Engine() {
  *alive_ = false;
  {
    std::lock_guard lock(inbox_mutex_);
    taken_on_.reset();
  }
  lines_taken_.notify_all();
  executors_.clear();  // their threads end before what they report to does
}

Result<RunSlot> Engine::start(core::RunStarted about, std::vector<core::TaskSpec> tasks, bool closed) {
  Instant now = around_.clock.now();
  if (about.id.empty()) about.id = to_text(make_uuid_v7(now, around_.random));
  if (about.name.empty()) about.name = two_word_name(around_.random);
  room_.declare(about.limits);

  // The tasks are checked against a run in memory first: nothing is stored of a graph that is wrong.
  core::Run run;
  run.apply({now, about});
  std::vector<core::Fact> facts;
  for (auto& spec : tasks) {
    if (auto fine = check_task(run, spec); !fine) return std::unexpected(fine.error());
    bool external = by_kind_.at(spec.kind).kind.external;
    facts.emplace_back(core::TaskAdded{std::make_shared<const core::TaskSpec>(std::move(spec)), external});
    run.apply({now, facts.back()});
  }
  if (closed) facts.emplace_back(core::GraphClosed{});
  auto place = take_run_slot(about);
  if (!place) return std::unexpected(place.error());

  auto summary = around_.store.begin_run(about, now, facts);
  if (!summary) return std::unexpected(summary.error());
  auto lease = around_.store.lease(*summary);
  if (!lease) return std::unexpected(lease.error());
  about.name = summary->name;
  core::Run named;
  named.apply({now, about});
  for (const auto& fact : facts) named.apply({now, fact});
  RunSlot slot = adopt(std::move(named), std::move(*summary), std::move(*lease));
  runs_[slot]->declared.assign(runs_[slot]->run.stage_count(), true);
  runs_[slot]->run_slot = std::move(*place);
  runs_[slot]->queued = about.run_limit.runs > 0 && !runs_[slot]->run_slot;
  for (auto* observer : observers_) observer->on_event(slot, this->run(slot), {now, about});
  send(slot, core::Begin{});
  return slot;
}

Result<RunSlot> Engine::resume(const std::string& name_or_id, const HasBody& has_body) {
  auto summary = around_.store.find_run(name_or_id);
  if (!summary) return std::unexpected(summary.error());
  auto lease = around_.store.lease(*summary);
  if (!lease) return std::unexpected(lease.error());
  core::Run run;
  auto read =
      around_.store.read_history(summary->number, 0, [&](const core::Event& event) { run.apply(event); });
  if (!read) return std::unexpected(read.error());
  bool finished = is_terminal(run.state());
  auto number = summary->number;
  RunSlot slot = adopt(std::move(run), std::move(*summary), finished ? nullptr : std::move(*lease));
  if (finished) return slot;
  auto& active = *runs_[slot];
  room_.declare(active.run.about().limits);
  active.queued = active.run.about().run_limit.runs > 0;
  active.resumed = true;
  send(slot, core::Resume{has_body && has_body(active.run.about())});
  ask_for_lost(slot);
  if (auto requests = around_.store.requests_of(number)) {
    if (!requests->empty()) last_request_ = std::min(last_request_, requests->front().number - 1);
    may_have_requests_ = true;
  }
  return slot;
}

Result<RunSlot> Engine::again(const std::string& name_or_id, const std::vector<std::string>& from,
                              bool open) {
  auto summary = around_.store.find_run(name_or_id);
  if (!summary) return std::unexpected(summary.error());
  auto lease = around_.store.lease(*summary);
  if (!lease) return std::unexpected(lease.error());
  core::Run run;
  auto read =
      around_.store.read_history(summary->number, 0, [&](const core::Event& event) { run.apply(event); });
  if (!read) return std::unexpected(read.error());
  if (!is_terminal(run.state())) {
    return fail(Code::conflict, fmt::format("run '{}' has not finished", summary->name),
                fmt::format("go on with it: weir runs resume {}", summary->name));
  }
  core::RequestAgain request{{}, open};
  for (const auto& key : from) {
    auto task = run.index_of(key);
    if (!task) {
      std::vector<std::string> keys;
      for (core::StageIndex i = 0; i < run.stage_count(); ++i) keys.push_back(run.stage(i).spec->key);
      return fail(Code::not_found, fmt::format("run '{}' has no task '{}'", summary->name, key),
                  suggest(key, keys));
    }
    request.from.push_back(*task);
  }
  auto facts = core::decide(run, request, around_.clock.now());
  if (facts.empty()) {
    return fail(Code::invalid, fmt::format("every task of run '{}' has succeeded", summary->name),
                "name a task to run it and what follows again: --from TASK");
  }
  // What was dropped after its last reader and is needed again is made again.
  auto named = std::get<core::RunReopened>(facts.front()).again;
  request.from = core::with_producers(run, std::move(named), [&](const core::StoredValue& stored) {
    return results_.has(run.about().id, stored) || WEIR_BUG("what was dropped is not made again");
  });
  RunSlot slot = adopt(std::move(run), std::move(*summary), std::move(*lease));
  auto& active = *runs_[slot];
  room_.declare(active.run.about().limits);
  active.queued = active.run.about().run_limit.runs > 0;
  active.resumed = true;
  send(slot, std::move(request));
  return slot;
}

RunSlot Engine::adopt(core::Run run, store::RunSummary summary, std::unique_ptr<store::Lease> lease) {
  auto active = std::make_unique<Active>();
  active->run = std::move(run);
  active->number = summary.number;
  active->lease = std::move(lease);
  auto slot = static_cast<RunSlot>(runs_.size());
  {
    std::lock_guard lock(inbox_mutex_);
    const auto& about = active->run.about();
    places_.push_back({about.id, about.durability == core::Durability::disk});
  }
  if (active->lease) going_.push_back(slot);
  runs_.push_back(std::move(active));
  return slot;
}

const core::Run& Engine::run(RunSlot run) const { return runs_.at(run)->run; }

bool Engine::is_queued(RunSlot run) const { return runs_.at(run)->queued; }

Executor* Engine::executor_of(const std::string& kind) const {
  auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? nullptr : found->second.executor;
}

RunSlot Engine::slot_of(const core::Run& run) const {
  auto found = std::ranges::find(runs_, &run, [](const auto& active) { return &active->run; });
  WEIR_CHECK(found != runs_.end(), "runs that are decided upon belong to the engine");
  return static_cast<RunSlot>(found - runs_.begin());
}

/// nullptr when the flow has no limit, or when its runs are many enough already and this one may wait.
Result<std::unique_ptr<store::SlotHold>> Engine::take_run_slot(const core::RunStarted& about) {
  if (about.run_limit.runs == 0) return nullptr;
  auto hold = around_.locks.try_take({"run of " + about.flow, about.run_limit.runs}, 1);
  if (!hold || *hold || !about.run_limit.refuse) return hold;
  return fail(Code::conflict,
              fmt::format("flow '{}' has {} running already, as many as it allows", about.flow,
                          about.run_limit.runs == 1 ? "a run" : fmt::format("{} runs", about.run_limit.runs)),
              "'weir runs list' shows them");
}

void Engine::add_task(RunSlot run, core::TaskSpec spec, std::string place) {
  send(run, core::AddTask{std::make_shared<const core::TaskSpec>(std::move(spec)), false, std::move(place)});
}

void Engine::close(RunSlot run, std::optional<core::Failure> error) {
  send(run, core::CloseGraph{std::move(error)});
}

void Engine::ask(RunSlot run, Ask ask) {
  switch (ask) {
    case Ask::cancel:
      return send(run, core::RequestCancel{});
    case Ask::pause:
      return send(run, core::RequestPause{});
    case Ask::unpause:
      return send(run, core::RequestUnpause{});
  }
}

Result<void> Engine::check_task(const core::Run& run, const core::TaskSpec& spec) {
  if (run.index_of(spec.key)) return fail(Code::invalid, fmt::format("there are two tasks '{}'", spec.key));
  return check_declaration(run, spec);
}

Result<void> Engine::check_declaration(const core::Run& run, const core::TaskSpec& spec) {
  if (!core::is_valid_name(spec.key)) {
    return fail(Code::invalid, fmt::format("'{}' cannot name a task", spec.key),
                "use letters, digits, _ - and .");
  }
  if (!by_kind_.contains(spec.kind)) {
    std::vector<std::string> known;
    for (const auto& kind : kinds_) known.push_back(kind.name);
    return fail(Code::invalid, fmt::format("task '{}': there is no kind '{}'", spec.key, spec.kind),
                suggest(spec.kind, known));
  }
  for (const auto& upstream : spec.upstreams) {
    if (run.index_of(upstream)) continue;
    return fail(Code::invalid,
                fmt::format("task '{}' waits for '{}', which was not added", spec.key, upstream));
  }
  for (const auto& limit : spec.policy.limits) {
    if (limit.name.empty() || limit.name.size() > core::name_length_max) {
      return fail(Code::invalid, fmt::format("task '{}': '{}' cannot name a limit", spec.key, limit.name),
                  fmt::format("use 1 to {} characters", core::name_length_max));
    }
    auto size = room_.size_of(limit.name);
    if (!size) return std::unexpected(within(fmt::format("task '{}'", spec.key), size.error()));
    if (limit.slots <= size->slots || size->may_change) continue;
    return fail(Code::invalid,
                fmt::format("task '{}' wants {} slots of '{}', which has {}", spec.key, limit.slots,
                            limit.name, size->slots),
                "it could never start");
  }
  return {};
}

}  // namespace weir::runtime
