#include "store/sqlite_runs.h"

#include <fmt/format.h>

#include "base/nearest.h"
#include "store/sqlite_rows.h"

#define RUN_COLUMNS "number, id, name, flow, state, started_us, finished_us, coalesce(parent, '')"

namespace weir::store {
namespace {

constexpr std::size_t names_suggested_from = 50;
constexpr std::size_t id_prefix_length_min = 4;

RunSummary summary_from(const sqlite::Statement& row) {
  RunSummary summary;
  summary.number = row.integer(0);
  summary.id = row.text(1);
  summary.name = row.text(2);
  summary.flow = row.text(3);
  summary.state = core::run_state_from(row.text_view(4)).value_or(core::RunState::failed);
  summary.started = instant_from(row.integer(5));
  summary.finished = optional_instant(row, 6);
  summary.parent = row.text(7);
  return summary;
}

Result<std::vector<RunSummary>> summaries(sqlite::Statement& statement) {
  std::vector<RunSummary> runs;
  auto read = for_each_row(statement, [&](const sqlite::Statement& row) -> Result<void> {
    runs.push_back(summary_from(row));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return runs;
}

}  // namespace

SqliteRuns::SqliteRuns(sqlite::Database& database)
    : name_taken_(database,
                  "SELECT 1 FROM run WHERE name = ?1 UNION ALL SELECT 1 FROM pruned WHERE name = ?1"),
      insert_(database,
              "INSERT INTO run (id, name, flow, state, started_us, parent, first_event) "
              "VALUES (?, ?, ?, 'running', ?, nullif(?, ''), 1 + (SELECT coalesce(max(sequence), 0) FROM "
              "event))"),
      finish_(database,
              "UPDATE run SET state = ?, finished_us = ?, last_event = (SELECT max(sequence) FROM event) "
              "WHERE number = ?"),
      reopen_(database,
              "UPDATE run SET state = 'running', finished_us = NULL, last_event = NULL WHERE number = ?"),
      find_(database, "SELECT " RUN_COLUMNS
                      " FROM run WHERE name = ?1 OR id = ?1 OR (?2 AND id LIKE ?1 || '%') LIMIT 2"),
      by_number_(database, "SELECT " RUN_COLUMNS " FROM run WHERE number = ?"),
      database_(&database) {}

Result<RunSummary> SqliteRuns::insert(core::RunStarted& started, Instant at) {
  auto name = free_name(started.name);
  if (!name) return std::unexpected(name.error());
  started.name = std::move(*name);
  auto insert = insert_.use();
  if (!insert) return std::unexpected(insert.error());
  (*insert)->bind_view(1, started.id).bind_view(2, started.name).bind_view(3, started.flow);
  const json* about_parent = weir::find(started.source, "parent");
  auto parent = about_parent ? string_or(*about_parent, "run", "") : "";
  if (auto done = (*insert)->bind(4, micros(at)).bind_view(5, parent).run(); !done) {
    return std::unexpected(done.error());
  }
  return RunSummary{.number = database_->last_rowid(),
                    .id = started.id,
                    .name = started.name,
                    .flow = started.flow,
                    .started = at,
                    .parent = std::move(parent)};
}

Result<std::string> SqliteRuns::free_name(const std::string& wanted) {
  std::string name = wanted;
  for (int suffix = 2;; ++suffix) {
    auto taken = name_taken_.use();
    if (!taken) return std::unexpected(taken.error());
    auto row = (*taken)->bind_view(1, name).step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return name;
    name = fmt::format("{}-{}", wanted, suffix);
  }
}

Result<void> SqliteRuns::finish(RunNumber run, core::RunState state, Instant at) {
  auto update = finish_.use();
  if (!update) return std::unexpected(update.error());
  return (*update)->bind_view(1, core::name_of(state)).bind(2, micros(at)).bind(3, run).run();
}

Result<void> SqliteRuns::reopen(RunNumber run) {
  auto update = reopen_.use();
  if (!update) return std::unexpected(update.error());
  return (*update)->bind(1, run).run();
}

Result<RunSummary> SqliteRuns::find(const std::string& name_or_id) {
  bool may_be_prefix =
      name_or_id.size() >= id_prefix_length_min && name_or_id.find_first_of("%_") == std::string::npos;
  auto select = find_.use();
  if (!select) return std::unexpected(select.error());
  auto found = summaries((*select)->bind_view(1, name_or_id).bind(2, may_be_prefix));
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::unexpected(no_such_run(name_or_id));
  if (found->size() > 1) {
    return fail(Code::invalid, fmt::format("several runs begin with '{}'", name_or_id),
                "give more of the id");
  }
  return found->front();
}

Error SqliteRuns::no_such_run(const std::string& wanted) {
  std::vector<std::string> names;
  RunFilter recently;
  recently.limit = names_suggested_from;
  if (auto recent = list(recently)) {
    for (const auto& run : *recent) names.push_back(run.name);
  }
  auto near = nearest(wanted, names);
  return {Code::not_found, fmt::format("there is no run '{}'", wanted),
          near ? fmt::format("did you mean '{}'?", *near) : "'weir runs list' shows the runs there are"};
}

Result<std::optional<RunSummary>> SqliteRuns::by_number(RunNumber run) {
  auto select = by_number_.use();
  if (!select) return std::unexpected(select.error());
  auto found = summaries((*select)->bind(1, run));
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  return found->front();
}

/// Each filter is answered by the index that ends in started_us; rows of one moment are in order of number.
Result<std::vector<RunSummary>> SqliteRuns::list(const RunFilter& filter) {
  std::string sql = "SELECT " RUN_COLUMNS " FROM run WHERE started_us >= ?1";
  if (filter.flow) sql += " AND flow = ?2";
  if (filter.state) sql += " AND state = ?3";
  if (filter.older_than) sql += " AND (started_us, number) < (?4, ?5)";
  sql += " ORDER BY started_us DESC, number DESC LIMIT ?6";
  auto select = database_->prepare(sql);
  if (!select) return std::unexpected(select.error());
  select->bind(1, micros(filter.started_since.value_or(Instant::min())));
  if (filter.flow) select->bind_view(2, *filter.flow);
  if (filter.state) select->bind_view(3, core::name_of(*filter.state));
  if (filter.older_than) {
    select->bind(4, micros(filter.older_than->started)).bind(5, filter.older_than->number);
  }
  return summaries(select->bind(6, static_cast<std::int64_t>(filter.limit)));
}

Result<std::vector<RunSummary>> SqliteRuns::prunable(const PruneOptions& options) {
  auto select =
      database_->prepare("SELECT " RUN_COLUMNS
                         " FROM (SELECT *, row_number() OVER "
                         "(PARTITION BY flow ORDER BY started_us DESC, number DESC) AS place FROM run WHERE "
                         "finished_us IS NOT NULL) "
                         "WHERE finished_us < ? AND place > ? ORDER BY started_us DESC, number DESC");
  if (!select) return std::unexpected(select.error());
  select->bind(1, micros(options.finished_before.value_or(Instant::max())));
  return summaries(select->bind(2, static_cast<std::int64_t>(options.keep_newest)));
}

}  // namespace weir::store
