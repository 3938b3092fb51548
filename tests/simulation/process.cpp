#include "process.h"

#include "compare.h"
#include "core/event_codec.h"
#include "external_executor.h"
#include "local_executor.h"

namespace weir::sim {

Process::Process(Site& site, std::uint64_t seed, bool serves_requests)
    : site_(site),
      owner_(site.timeline.add_owner()),
      loop_(site.timeline, owner_, SeededRandom(seed, 3)),
      ids_(seed, 4),
      store_(site.disk, *this),
      locks_(site.slots),
      files_(site.disk, *this),
      serves_requests_(serves_requests) {
  std::vector<std::unique_ptr<runtime::Executor>> executors;
  executors.push_back(std::make_unique<LocalExecutor>(site, owner_));
  executors.push_back(std::make_unique<ExternalExecutor>(site, owner_));
  engine_ = std::make_unique<runtime::Engine>(runtime::Surroundings{loop_, site.clock, ids_, store_, locks_,
                                                                    log_, files_, site.plan.inline_bytes_max},
                                              std::move(executors));
  engine_->observe(*this);
  if (serves_requests) engine_->serve_requests();
}

Process::~Process() {
  bodies_.clear();
  engine_.reset();
  site_.timeline.end_owner(owner_);
}

void Process::start(const PlannedRun& plan) {
  std::vector<core::TaskSpec> tasks;
  if (!plan.open) {
    for (const auto& task : plan.tasks) tasks.push_back(task.spec);
  }
  site_.trace("{} starts with {} tasks{}", plan.title(), tasks.size(), plan.open ? ", open" : "");
  auto slot = engine_->start(plan.about, std::move(tasks), !plan.open);
  if (!slot) {
    bool no_place = plan.about.run_limit.refuse && slot.error().code == Code::conflict;
    return demand(site_.disk.full || no_place, "a run was refused: {}", slot.error().message);
  }
  site_.audit.on_accepted(engine_->run(*slot).about().id);
  adopt(*slot, site_.disk.runs().at(begun_).summary, false);
}

Result<void> Process::resume(const store::RunSummary& run) {
  site_.trace("{} is resumed", run.flow);
  auto slot = engine_->resume(
      run.id, [this](const core::RunStarted& about) { return site_.plan.run_of(about).open; });
  if (!slot) return std::unexpected(slot.error());
  adopt(*slot, run, is_terminal(engine_->run(*slot).state()));
  return {};
}

Result<void> Process::again(const store::RunSummary& run, const PlannedRun& plan) {
  site_.trace("{} goes on from {} tasks", plan.title(), plan.again->from.size());
  auto slot = engine_->again(run.id, plan.again->from, plan.open);
  if (!slot) return std::unexpected(slot.error());
  adopt(*slot, run, true);
  return {};
}

void Process::adopt(runtime::RunSlot slot, const store::RunSummary& run, bool has_ended) {
  if (auto before = slot_of(run.number)) {
    numbers_.erase(*before);
    bodies_.erase(*before);
  }
  numbers_[slot] = run.number;
  const auto& plan = site_.plan.run_of(engine_->run(slot).about());
  if (plan.open && !has_ended) start_body(slot);
}

void Process::start_body(runtime::RunSlot slot) {
  const auto& plan = site_.plan.run_of(engine_->run(slot).about());
  site_.audit.on_body_begun(engine_->run(slot).about().id);
  bodies_[slot] =
      std::make_unique<FlowBody>(site_, owner_, *engine_, slot, plan, site_.lives[numbers_.at(slot)]++);
}

std::optional<runtime::RunSlot> Process::slot_of(store::RunNumber run) const {
  for (const auto& [slot, number] : numbers_) {
    if (number == run) return slot;
  }
  return std::nullopt;
}

void Process::ask(store::RunNumber run, runtime::Ask what) {
  site_.trace("run {} is to {}", run, to_text(to_json(what)));
  bool through_store = serves_requests_ && site_.weather.dice().chance(0.5);
  auto slot = slot_of(run);
  if (through_store && !site_.disk.full) {
    auto request = site_.disk.add_request(run, to_json(what), site_.clock.now());
    site_.audit.on_asked(request);
  } else if (slot) {
    engine_->ask(*slot, what);
  }
}

void Process::hold() {
  site_.trace("the process starts no further attempt");
  engine_->hold();
  site_.audit.on_held();
}

void Process::compare() const {
  if (broken_) return;
  for (const auto& [slot, number] : numbers_) {
    const auto& live = engine_->run(slot);
    check_same(live, core::replay(site_.disk.history(number)));
    check_same(live, site_.audit.book(number));
  }
}

void Process::on_event(runtime::RunSlot slot, const core::Run&, const core::Event& event) {
  // The start of a run is told before it has been adopted, and is not appended but begun.
  if (std::holds_alternative<core::RunStarted>(event.fact)) return;
  site_.audit.on_told(numbers_.at(slot), event);
  const auto* reopened = std::get_if<core::RunReopened>(&event.fact);
  if (reopened && reopened->open) start_body(slot);
  if (auto body = bodies_.find(slot); body != bodies_.end()) body->second->on_event(event);
}

void Process::on_broken(const Error& error) {
  site_.trace("the engine stops: {}", error.message);
  broken_ = true;
}

void Process::on_begun(const store::RunSummary& run) {
  begun_ = run.number;
  for (const auto& row : site_.disk.runs().at(run.number).rows) trace_row(run.number, row, true);
  site_.audit.on_begun(run);
}

void Process::on_appended(const store::Batch& batch) {
  if (site_.trace.is_on()) {
    for (const auto& record : batch.records) trace_row(record.run, core::encode(record.event), batch.sync);
  }
  site_.audit.on_appended(batch);
}

void Process::trace_row(store::RunNumber run, const core::EventRow& row, bool synced) {
  site_.trace("disk: run {} event {} task {} number {} {}{}", run, row.type, row.task, row.number, row.body,
              synced ? " (synced)" : "");
}

}  // namespace weir::sim
