#include "workspace/sql/queries.h"

#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

Query read_query(const sqlite::Statement& row) {
  auto shown = parse_json(row.text_view(3));
  return {.id = row.text(0),
          .number = row.integer(1),
          .is_trashed = row.integer(2) != 0,
          .shown = shown && shown->is_object() ? shown->get_object() : JsonObject{}};
}

}  // namespace

Result<void> QueryStore::insert(const Query& query) {
  auto number = state_.next_id();
  if (!number) return std::unexpected(number.error());
  return execute(state_.database(),
                 "INSERT INTO queries (query_id, number, is_trashed, name, shown) VALUES (?,?,?,?,?)",
                 query.id, *number, std::int64_t{query.is_trashed},
                 string_or(query.shown, "display_name", ""), to_text(json(query.shown)));
}

Result<void> QueryStore::update(const Query& query) {
  return execute(state_.database(),
                 "UPDATE queries SET is_trashed = ?, name = ?, shown = ? WHERE query_id = ?",
                 std::int64_t{query.is_trashed}, string_or(query.shown, "display_name", ""),
                 to_text(json(query.shown)), query.id);
}

Result<std::optional<Query>> QueryStore::find(std::string_view id) {
  std::optional<Query> query;
  auto read = each_row(
      state_.database(), "SELECT query_id, number, is_trashed, shown FROM queries WHERE query_id = ?",
      [&](sqlite::Statement& row) { query = read_query(row); }, id);
  return value_after(read, std::move(query));
}

Result<std::vector<Query>> QueryStore::list(std::int64_t below_number, std::int64_t limit) {
  std::vector<Query> queries;
  auto read = each_row(
      state_.database(),
      "SELECT query_id, number, is_trashed, shown FROM queries WHERE NOT is_trashed AND (?1 = 0 OR number < "
      "?1)"
      " ORDER BY number DESC LIMIT ?2",
      [&](sqlite::Statement& row) { queries.push_back(read_query(row)); }, below_number, limit);
  return value_after(read, std::move(queries));
}

Result<bool> QueryStore::has_name(std::string_view display_name) {
  bool found = false;
  auto read = each_row(
      state_.database(), "SELECT 1 FROM queries WHERE name = ? AND NOT is_trashed",
      [&](sqlite::Statement&) { found = true; }, display_name);
  return value_after(read, found);
}

}  // namespace weir::workspace
