#include "disk.h"

#include <algorithm>

#include "base/planted.h"
#include "violation.h"

namespace weir::sim {

void Disk::write(store::RunNumber run, const core::Event& event, Unsynced& undo) {
  auto& stored = kept_.runs.at(run);
  stored.rows.push_back(core::encode(event));
  undo.written.push_back(run);
  if (const auto* end = std::get_if<core::RunFinished>(&event.fact)) {
    stored.summary.state = end->state;
    stored.summary.finished = event.at;
    drop_requests(undo, [run](const auto& request) { return request.run == run; });
  }
  if (std::holds_alternative<core::RunReopened>(event.fact)) {
    stored.summary.state = core::RunState::running;
    stored.summary.finished.reset();
  }
}

void Disk::drop_requests(Unsynced& undo, const std::function<bool(const store::Request&)>& which) {
  for (const auto& request : kept_.requests) {
    if (which(request)) undo.requests.push_back(request);
  }
  std::erase_if(kept_.requests, which);
}

std::string Disk::free_name(const std::string& wanted) const {
  auto taken = [&](const std::string& name) {
    return std::ranges::any_of(kept_.runs, [&](const auto& run) { return run.second.summary.name == name; });
  };
  std::string name = wanted;
  for (int suffix = 2; taken(name); ++suffix) name = fmt::format("{}-{}", wanted, suffix);
  return name;
}

store::RunSummary Disk::create(core::RunStarted started, Instant at, std::span<const core::Fact> more) {
  started.name = free_name(started.name);
  auto number = static_cast<store::RunNumber>(kept_.runs.size() + 1);
  store::RunSummary summary{number, started.id, started.name, started.flow, core::RunState::running, at, {}};
  kept_.runs[number].summary = summary;
  Unsynced undo;
  write(number, {at, std::move(started)}, undo);
  for (const auto& fact : more) write(number, {at, fact}, undo);
  unsynced_.clear();
  return summary;
}

void Disk::append(const store::Batch& batch) {
  Unsynced undo;
  auto records = batch.records;
  if (WEIR_BUG("the store writes half of a batch")) records = records.first(records.size() / 2);
  for (const auto& record : records) write(record.run, record.event, undo);
  for (const auto& entry : batch.cache) {
    kept_.cache[entry.key].push_back(entry.result);
    undo.cached.push_back(entry.key);
  }
  drop_requests(undo, [&](const store::Request& request) {
    return std::ranges::find(batch.acknowledged, request.number) != batch.acknowledged.end();
  });
  bool sync = batch.sync && !WEIR_BUG("the store forgets to sync");
  if (sync) {
    unsynced_.clear();
  } else {
    unsynced_.push_back(std::move(undo));
  }
}

/// Synced, and with it everything written before.
const store::Request& Disk::add_request(store::RunNumber run, json body, Instant at) {
  unsynced_.clear();
  ++changes;
  return kept_.requests.emplace_back(++last_request_, run, at, std::move(body));
}

std::map<store::RunNumber, std::size_t> Disk::cut_power(SeededRandom& dice) {
  std::map<store::RunNumber, std::size_t> lost;
  std::size_t survive = dice.between(0, unsynced_.size());
  for (; unsynced_.size() > survive; unsynced_.pop_back()) {
    take_back(unsynced_.back());
    for (auto run : unsynced_.back().written) ++lost[run];
  }
  unsynced_.clear();
  for (auto& [owner, files] : files_) {
    std::erase_if(files, [&](const auto& entry) { return !entry.second.synced && dice.chance(0.5); });
    for (auto& [name, file] : files) file.synced = true;
  }
  return lost;
}

void Disk::put_file(const std::string& owner, const std::string& name, File file) {
  auto& known = files_[owner][name];
  known = {file.bytes, file.synced || (known.synced && known.bytes == file.bytes)};
}

void Disk::erase_file(const std::string& owner, const std::string& name) {
  auto found = files_.find(owner);
  if (found != files_.end()) found->second.erase(name);
}

void Disk::lose_cached_files() {
  std::erase_if(files_, [](const auto& entry) { return entry.first.starts_with("cached/"); });
}

const Disk::File* Disk::file(const std::string& owner, const std::string& name) const {
  auto found = files_.find(owner);
  if (found == files_.end()) return nullptr;
  auto file = found->second.find(name);
  return file == found->second.end() ? nullptr : &file->second;
}

void Disk::take_back(const Unsynced& undo) {
  for (auto run : undo.written) {
    // The reopening of a run is synced, so that nothing but its end can be taken back from a finished one.
    auto& stored = kept_.runs.at(run);
    stored.rows.pop_back();
    stored.summary.state = core::RunState::running;
    stored.summary.finished.reset();
  }
  for (const auto& key : undo.cached) kept_.cache.at(key).pop_back();
  kept_.requests.insert(kept_.requests.end(), undo.requests.begin(), undo.requests.end());
  std::ranges::sort(kept_.requests, {}, &store::Request::number);
}

const store::CachedResult* Disk::cached(const std::string& key) const {
  auto found = kept_.cache.find(key);
  return found == kept_.cache.end() || found->second.empty() ? nullptr : &found->second.back();
}

std::vector<core::Event> Disk::history(store::RunNumber run) const {
  std::vector<core::Event> events;
  for (const auto& row : kept_.runs.at(run).rows) {
    auto event = core::decode(row);
    if (!event) violate("a row of the history cannot be read: {}", event.error().message);
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace weir::sim
