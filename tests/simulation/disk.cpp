#include "disk.h"

#include <algorithm>

#include "base/planted.h"
#include "violation.h"

namespace weir::sim {

void Disk::write(store::RunNumber run, const core::Event& event) {
  auto& stored = runs_.at(run);
  stored.rows.push_back(core::encode(event));
  if (const auto* end = std::get_if<core::RunFinished>(&event.fact)) {
    stored.summary.state = end->state;
    stored.summary.finished = event.at;
  }
}

std::string Disk::free_name(const std::string& wanted) const {
  auto taken = [&](const std::string& name) {
    return std::ranges::any_of(runs_, [&](const auto& run) { return run.second.summary.name == name; });
  };
  std::string name = wanted;
  for (int suffix = 2; taken(name); ++suffix) name = fmt::format("{}-{}", wanted, suffix);
  return name;
}

store::RunSummary Disk::create(core::RunStarted started, Instant at, std::span<const core::Fact> more) {
  started.name = free_name(started.name);
  auto number = static_cast<store::RunNumber>(runs_.size() + 1);
  store::RunSummary summary{number, started.id, started.name, started.flow, core::RunState::running, at, {}};
  runs_[number].summary = summary;
  write(number, {at, std::move(started)});
  for (const auto& fact : more) write(number, {at, fact});
  unsynced_.clear();
  return summary;
}

void Disk::append(std::span<const store::Record> records, bool sync) {
  std::vector<store::RunNumber> transaction;
  for (const auto& record : records) {
    write(record.run, record.event);
    transaction.push_back(record.run);
  }
  if (WEIR_BUG("the store forgets to sync")) sync = false;
  if (sync) {
    unsynced_.clear();
  } else {
    unsynced_.push_back(std::move(transaction));
  }
}

std::map<store::RunNumber, std::size_t> Disk::cut_power(SeededRandom& dice) {
  std::map<store::RunNumber, std::size_t> lost;
  std::size_t kept = dice.between(0, unsynced_.size());
  for (; unsynced_.size() > kept; unsynced_.pop_back()) {
    for (auto run : unsynced_.back()) {
      auto& stored = runs_.at(run);
      stored.rows.pop_back();
      stored.summary.state = core::RunState::running;
      stored.summary.finished.reset();
      ++lost[run];
    }
  }
  unsynced_.clear();
  return lost;
}

std::vector<core::Event> Disk::history(store::RunNumber run) const {
  std::vector<core::Event> events;
  for (const auto& row : runs_.at(run).rows) {
    auto event = core::decode(row);
    if (!event) violate("a row of the history cannot be read: {}", event.error().message);
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace weir::sim
