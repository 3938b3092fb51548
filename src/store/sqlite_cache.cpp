#include "store/sqlite_cache.h"

#include "store/sqlite_rows.h"

namespace weir::store {

SqliteCache::SqliteCache(sqlite::Database& database)
    : keep_(database,
            "INSERT INTO cache (key, run_id, task, value, made_us, expires_us) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, task = excluded.task, "
            "value = excluded.value, made_us = excluded.made_us, expires_us = excluded.expires_us "
            "WHERE excluded.made_us >= made_us"),
      find_(database,
            "SELECT run_id, task, value, made_us, expires_us FROM cache "
            "WHERE key = ? AND (expires_us IS NULL OR expires_us > ?)"),
      count_stale_(database,
                   "SELECT count(*) FROM cache WHERE expires_us <= ?1 OR "
                   "(expires_us IS NULL AND run_id IN (SELECT value FROM json_each(?2)))"),
      remove_stale_(database,
                    "DELETE FROM cache WHERE expires_us <= ?1 OR "
                    "(expires_us IS NULL AND run_id IN (SELECT id FROM pruned)) RETURNING 1") {}

Result<void> SqliteCache::keep(const CacheEntry& entry) {
  auto insert = keep_.use();
  if (!insert) return std::unexpected(insert.error());
  const auto& result = entry.result;
  (*insert)->bind_view(1, entry.key).bind_view(2, result.run_id).bind_view(3, result.task);
  (*insert)->bind(4, to_text(result.value)).bind(5, micros(result.made_at));
  if (result.expires_at) (*insert)->bind(6, micros(*result.expires_at));
  return (*insert)->run();
}

Result<std::optional<CachedResult>> SqliteCache::find(const std::string& key, Instant now) {
  auto select = find_.use();
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind_view(1, key).bind(2, micros(now)).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto value = parse_json((*select)->text_view(2));
  if (!value) return fail(Code::internal, "a cached result is damaged: " + value.error().message);
  return CachedResult{(*select)->text(0), (*select)->text(1), std::move(*value),
                      instant_from((*select)->integer(3)), optional_instant(**select, 4)};
}

Result<std::int64_t> SqliteCache::count_stale(Instant now, const std::vector<RunSummary>& runs) {
  JsonArray ids;
  for (const auto& run : runs) ids.emplace_back(run.id);
  auto select = count_stale_.use();
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind(1, micros(now)).bind(2, to_text(ids)).step();
  if (!row) return std::unexpected(row.error());
  return (*select)->integer(0);
}

Result<std::int64_t> SqliteCache::remove_stale(Instant now) {
  auto remove = remove_stale_.use();
  if (!remove) return std::unexpected(remove.error());
  std::int64_t count = 0;
  auto removed = for_each_row((*remove)->bind(1, micros(now)), [&](const sqlite::Statement&) -> Result<void> {
    ++count;
    return {};
  });
  if (!removed) return std::unexpected(removed.error());
  return count;
}

}  // namespace weir::store
