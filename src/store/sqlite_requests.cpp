#include "store/sqlite_requests.h"

#include "store/sqlite_rows.h"

namespace weir::store {
namespace {

Result<std::vector<Request>> requests_from(sqlite::Statement& statement) {
  std::vector<Request> requests;
  auto read = for_each_row(statement, [&](const sqlite::Statement& row) -> Result<void> {
    auto body = parse_json(row.text_view(3));
    if (!body) return fail(Code::internal, "a request in the store is damaged: " + body.error().message);
    requests.push_back({row.integer(0), row.integer(1), instant_from(row.integer(2)), std::move(*body)});
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return requests;
}

}  // namespace

SqliteRequests::SqliteRequests(sqlite::Database& database)
    : insert_(database, "INSERT INTO request (run, at_us, body) VALUES (?, ?, ?)"),
      acknowledge_(database, "DELETE FROM request WHERE number = ?"),
      forget_run_(database, "DELETE FROM request WHERE run = ?"),
      after_(database, "SELECT number, run, at_us, body FROM request WHERE number > ? ORDER BY number"),
      of_run_(database, "SELECT number, run, at_us, body FROM request WHERE run = ? ORDER BY number") {}

Result<void> SqliteRequests::insert(RunNumber run, const json& body, Instant at) {
  auto insert = insert_.use();
  if (!insert) return std::unexpected(insert.error());
  return (*insert)->bind(1, run).bind(2, micros(at)).bind(3, to_text(body)).run();
}

Result<void> SqliteRequests::acknowledge(std::int64_t number) {
  auto remove = acknowledge_.use();
  if (!remove) return std::unexpected(remove.error());
  return (*remove)->bind(1, number).run();
}

Result<void> SqliteRequests::forget_run(RunNumber run) {
  auto remove = forget_run_.use();
  if (!remove) return std::unexpected(remove.error());
  return (*remove)->bind(1, run).run();
}

Result<std::vector<Request>> SqliteRequests::after(std::int64_t number) {
  auto select = after_.use();
  if (!select) return std::unexpected(select.error());
  return requests_from((*select)->bind(1, number));
}

Result<std::vector<Request>> SqliteRequests::of_run(RunNumber run) {
  auto select = of_run_.use();
  if (!select) return std::unexpected(select.error());
  return requests_from((*select)->bind(1, run));
}

}  // namespace weir::store
