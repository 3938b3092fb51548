#include "process.h"

#include "compare.h"
#include "core/event_codec.h"
#include "external_executor.h"
#include "local_executor.h"

namespace weir::sim {

Process::Process(Site& site, std::uint64_t seed)
    : site_(site),
      owner_(site.timeline.add_owner()),
      loop_(site.timeline, owner_, SeededRandom(seed, 3)),
      ids_(seed, 4),
      store_(site.disk, *this) {
  std::vector<std::unique_ptr<runtime::Executor>> executors;
  executors.push_back(std::make_unique<LocalExecutor>(site, owner_));
  executors.push_back(std::make_unique<ExternalExecutor>(site, owner_));
  engine_ = std::make_unique<runtime::Engine>(
      runtime::Surroundings{loop_, site.clock, ids_, store_, site.locks, log_}, std::move(executors));
  engine_->observe(*this);
}

Process::~Process() {
  bodies_.clear();
  engine_.reset();
  site_.timeline.end_owner(owner_);
}

void Process::start(const PlannedRun& plan) {
  core::RunStarted about;
  about.flow = plan.flow;
  about.durability = plan.durability;
  std::vector<core::TaskSpec> tasks;
  if (!plan.open) {
    for (const auto& task : plan.tasks) tasks.push_back(task.spec);
  }
  site_.trace("{} starts with {} tasks{}", plan.flow, tasks.size(), plan.open ? ", open" : "");
  auto slot = engine_->start(std::move(about), std::move(tasks), !plan.open);
  if (!slot) return demand(site_.disk.full, "a run was refused: {}", slot.error().message);
  site_.audit.on_accepted(engine_->run(*slot).about().id);
  adopt(*slot, site_.disk.runs().at(begun_).summary);
}

Result<void> Process::resume(const store::RunSummary& run) {
  site_.trace("{} is resumed", run.flow);
  auto slot = engine_->resume(run.id);
  if (!slot) return std::unexpected(slot.error());
  adopt(*slot, run);
  return {};
}

void Process::adopt(runtime::RunSlot slot, const store::RunSummary& run) {
  numbers_[slot] = run.number;
  const auto& plan = site_.plan.run_of(run.flow);
  if (plan.open) bodies_[slot] = std::make_unique<FlowBody>(site_, owner_, *engine_, slot, plan);
}

bool Process::cancel(const std::string& flow) {
  for (const auto& [slot, number] : numbers_) {
    if (engine_->run(slot).about().flow != flow) continue;
    site_.trace("{} is to be cancelled", flow);
    engine_->cancel(slot);
    return true;
  }
  return false;
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
  if (auto body = bodies_.find(slot); body != bodies_.end()) body->second->on_event(event);
}

void Process::on_broken(const Error& error) {
  site_.trace("the engine stops: {}", error.message);
  broken_ = true;
}

void Process::on_begun(const store::RunSummary& run) {
  begun_ = run.number;
  site_.audit.on_begun(run);
}

void Process::on_appended(const store::Batch& batch) {
  if (site_.trace.is_on()) {
    for (const auto& record : batch.records) {
      auto row = core::encode(record.event);
      site_.trace("disk: run {} event {} task {} number {} {}{}", record.run, row.type, row.task, row.number,
                  row.body, batch.sync ? " (synced)" : "");
    }
  }
  site_.audit.on_appended(batch);
}

}  // namespace weir::sim
