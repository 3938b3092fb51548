#include "workspace/clusters/cluster_store.h"

#include <algorithm>
#include <limits>

#include "workspace/home/sql.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::string_view columns =
    "cluster_id, source, spec, state, message, termination, context_id, is_pinned, starts_again, created_ms, "
    "restarted_ms, ended_ms, supervisor_pid, supervisor_ticks, supervisor_boot, supervisor_tree, "
    "launched_ms";

JsonObject object_in(std::string_view text) {
  auto value = parse_json(text);
  return value && value->is_object() ? value->get_object() : JsonObject{};
}

Cluster read_cluster(const sqlite::Statement& row) {
  return {.id = row.text(0),
          .source = row.text(1),
          .spec = object_in(row.text_view(2)),
          .state = parse_cluster_state(row.text_view(3)),
          .message = row.text(4),
          .termination = Termination::from_json(object_in(row.text_view(5))),
          .context_id = row.integer(6),
          .is_pinned = row.integer(7) != 0,
          .starts_again = row.integer(8) != 0,
          .created_ms = row.integer(9),
          .launched_ms = row.integer(16),
          .restarted_ms = row.integer(10),
          .ended_ms = row.integer(11),
          .supervisor = {.pid = static_cast<pid_t>(row.integer(12)),
                         .start_ticks = static_cast<std::uint64_t>(row.integer(13)),
                         .boot_id = row.text(14),
                         .tree = row.text(15)}};
}

/// Events are few for one cluster: what a query leaves out is left out here.
bool matches(const ClusterEvent& event, const EventQuery& query) {
  return event.at_ms >= query.from_ms && (query.to_ms == 0 || event.at_ms <= query.to_ms) &&
         (query.types.empty() || contains(query.types, event.type));
}

}  // namespace

Result<void> ClusterStore::put(const Cluster& cluster) {
  return execute(
      state_.database(),
      "INSERT OR REPLACE INTO clusters (" + std::string(columns) +
          ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      cluster.id, cluster.source, to_text(json(cluster.spec)), name_of(cluster.state), cluster.message,
      cluster.termination.empty() ? "" : to_text(json(cluster.termination.to_json())), cluster.context_id,
      std::int64_t{cluster.is_pinned}, std::int64_t{cluster.starts_again}, cluster.created_ms,
      cluster.restarted_ms, cluster.ended_ms, std::int64_t{cluster.supervisor.pid},
      static_cast<std::int64_t>(cluster.supervisor.start_ticks), cluster.supervisor.boot_id,
      cluster.supervisor.tree, cluster.launched_ms);
}

Result<std::optional<Cluster>> ClusterStore::find(std::string_view id) {
  std::optional<Cluster> cluster;
  auto read = each_row(
      state_.database(), "SELECT " + std::string(columns) + " FROM clusters WHERE cluster_id = ?",
      [&](sqlite::Statement& row) { cluster = read_cluster(row); }, id);
  return value_after(read, std::move(cluster));
}

Result<std::vector<Cluster>> ClusterStore::all() {
  std::vector<Cluster> clusters;
  auto read =
      each_row(state_.database(),
               "SELECT " + std::string(columns) + " FROM clusters ORDER BY created_ms DESC, cluster_id",
               [&](sqlite::Statement& row) { clusters.push_back(read_cluster(row)); });
  return value_after(read, std::move(clusters));
}

Result<void> ClusterStore::remove(std::string_view id) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  for (std::string_view table : {"cluster_events", "cluster_libraries", "clusters"})
    if (auto removed =
            execute(state_.database(), "DELETE FROM " + std::string(table) + " WHERE cluster_id = ?", id);
        !removed)
      return removed;
  return transaction->commit();
}

Result<void> ClusterStore::add_event(std::string_view id, const ClusterEvent& event) {
  return execute(state_.database(),
                 "INSERT INTO cluster_events (cluster_id, at_ms, type, details) VALUES (?, ?, ?, ?)", id,
                 event.at_ms, event.type, to_text(json(event.details)));
}

Result<std::vector<ClusterEvent>> ClusterStore::events(const EventQuery& query) {
  std::vector<ClusterEvent> events;
  std::string order = query.oldest_first ? "ASC" : "DESC";
  std::int64_t skipped = 0;
  auto read = each_row(
      state_.database(),
      "SELECT at_ms, type, details FROM cluster_events WHERE cluster_id = ? ORDER BY at_ms " + order +
          ", event_id " + order,
      [&](sqlite::Statement& row) {
        ClusterEvent event{
            .at_ms = row.integer(0), .type = row.text(1), .details = object_in(row.text_view(2))};
        if (!matches(event, query) || skipped++ < query.offset) return;
        if (std::ssize(events) < query.limit) events.push_back(std::move(event));
      },
      query.cluster_id);
  return value_after(read, std::move(events));
}

Result<std::int64_t> ClusterStore::count_events(const EventQuery& query) {
  EventQuery all = query;
  all.offset = 0;
  all.limit = std::numeric_limits<std::int64_t>::max();
  auto found = events(all);
  if (!found) return std::unexpected(found.error());
  return std::int64_t{std::ssize(*found)};
}

Result<std::vector<ClusterLibrary>> ClusterStore::libraries(std::string_view id) {
  std::vector<ClusterLibrary> libraries;
  auto read = each_row(
      state_.database(),
      "SELECT library, is_wanted FROM cluster_libraries WHERE cluster_id = ? ORDER BY library",
      [&](sqlite::Statement& row) {
        libraries.push_back({.library = row.text(0), .is_wanted = row.integer(1) != 0});
      },
      id);
  return value_after(read, std::move(libraries));
}

Result<void> ClusterStore::put_library(std::string_view id, const ClusterLibrary& library) {
  return execute(state_.database(),
                 "INSERT OR REPLACE INTO cluster_libraries (cluster_id, library, is_wanted) VALUES (?, ?, ?)",
                 id, library.library, std::int64_t{library.is_wanted});
}

Result<bool> ClusterStore::drop_unwanted_libraries(std::string_view id) {
  bool dropped = false;
  auto read = each_row(
      state_.database(), "DELETE FROM cluster_libraries WHERE cluster_id = ? AND is_wanted = 0 RETURNING 1",
      [&](sqlite::Statement&) { dropped = true; }, id);
  return value_after(read, dropped);
}

}  // namespace weir::workspace
