#include "store/sqlite_history.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/event_codec.h"

namespace weir::store {
namespace {

constexpr std::int64_t portion_rows_max = 1000;  ///< looked at, of whatever run
constexpr std::size_t portion_bytes_max = std::size_t{4} * 1024 * 1024;

}  // namespace

/// Some events in a row. `next` is where to go on; `whole` when nothing more was there.
struct SqliteHistory::Portion {
  std::vector<core::Event> events;
  std::int64_t next = 0;
  bool whole = true;
};

SqliteHistory::SqliteHistory(sqlite::Database& database)
    : insert_(database, "INSERT INTO event (run, at_us, type, task, number, body) VALUES (?, ?, ?, ?, ?, ?)"),
      bounds_(database, "SELECT first_event, last_event FROM run WHERE number = ?"),
      portion_(database,
               "SELECT sequence, run, at_us, type, task, number, body FROM event "
               "WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?") {}

Result<void> SqliteHistory::insert(std::span<const Record> records) {
  auto insert = insert_.use();
  if (!insert) return std::unexpected(insert.error());
  for (const auto& record : records) {
    core::EventRow row = core::encode(record.event);
    (*insert)->bind(1, record.run).bind(2, row.at_us).bind(3, row.type);
    auto done = (*insert)->bind(4, row.task).bind(5, row.number).bind_view(6, row.body).run();
    if (!done) return done;
  }
  return {};
}

Result<std::int64_t> SqliteHistory::read(RunNumber run, std::int64_t after_sequence,
                                         const std::function<void(const core::Event&)>& take) {
  auto bounds = bounds_of(run);
  if (!bounds) return std::unexpected(bounds.error());
  std::int64_t after = std::max(after_sequence, bounds->first - 1);
  for (;;) {
    auto portion = read_portion(run, after, bounds->last);
    if (!portion) return std::unexpected(portion.error());
    for (const auto& event : portion->events) take(event);
    after = portion->next;
    if (portion->whole) return after;
  }
}

Result<SqliteHistory::Bounds> SqliteHistory::bounds_of(RunNumber run) {
  auto select = bounds_.use();
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind(1, run).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(Code::not_found, "the run is not in the store any more");
  bool ended = !(*select)->is_null(1);
  return Bounds{(*select)->integer(0),
                ended ? (*select)->integer(1) : std::numeric_limits<std::int64_t>::max()};
}

Result<SqliteHistory::Portion> SqliteHistory::read_portion(RunNumber run, std::int64_t after,
                                                           std::int64_t last) {
  auto select = portion_.use();
  if (!select) return std::unexpected(select.error());
  (*select)->bind(1, after).bind(2, last).bind(3, portion_rows_max);
  Portion portion{.events = {}, .next = after};
  std::int64_t rows = 0;
  std::size_t bytes = 0;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    if ((*select)->integer(0) <= portion.next)
      return fail(Code::internal, "the history is damaged: out of order");
    portion.next = (*select)->integer(0);
    portion.whole = ++rows < portion_rows_max;
    if ((*select)->integer(1) != run) continue;
    core::EventRow raw{(*select)->integer(2), (*select)->integer(3), (*select)->integer(4),
                       (*select)->integer(5), (*select)->text(6)};
    bytes += raw.body.size();
    auto event = core::decode(raw);
    if (!event) return std::unexpected(event.error());
    portion.events.push_back(std::move(*event));
    if (bytes < portion_bytes_max) continue;
    portion.whole = false;
    break;
  }
  return portion;
}

}  // namespace weir::store
