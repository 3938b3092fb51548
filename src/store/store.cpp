#include "store/store.h"

namespace weir::store {

Result<void> Store::append(std::span<const Record> records, bool sync) {
  Batch batch;
  batch.records = records;
  batch.sync = sync;
  return append(batch);
}

Result<std::vector<RunSummary>> Store::list_runs(std::size_t limit) {
  RunFilter filter;
  filter.limit = limit;
  return list_runs(filter);
}

Result<std::vector<core::Event>> Store::history(RunNumber run) {
  std::vector<core::Event> events;
  auto read = read_history(run, 0, [&](const core::Event& event) { events.push_back(event); });
  if (!read) return std::unexpected(read.error());
  return events;
}

}  // namespace weir::store
