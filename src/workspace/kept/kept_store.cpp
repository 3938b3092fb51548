#include "workspace/kept/kept_store.h"

#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

JsonObject object_in(sqlite::Statement& row) {
  auto body = parse_json(row.text(0));
  return body && body->is_object() ? std::move(body->get_object()) : JsonObject{};
}

}  // namespace

Result<std::vector<JsonObject>> KeptStore::all() {
  std::vector<JsonObject> objects;
  auto read = each_row(
      state_.database(), "SELECT body FROM kept_objects WHERE kind = ? ORDER BY number",
      [&](sqlite::Statement& row) { objects.push_back(object_in(row)); }, kind_);
  return value_after(read, std::move(objects));
}

Result<std::optional<JsonObject>> KeptStore::find(std::string_view id) {
  std::optional<JsonObject> object;
  auto read = each_row(
      state_.database(), "SELECT body FROM kept_objects WHERE kind = ? AND id = ?",
      [&](sqlite::Statement& row) { object = object_in(row); }, kind_, id);
  return value_after(read, std::move(object));
}

Result<void> KeptStore::put(std::string_view id, const JsonObject& object) {
  return execute(state_.database(),
                 "INSERT INTO kept_objects (kind, id, body) VALUES (?, ?, ?)"
                 " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                 kind_, id, to_text(json(object)));
}

Result<bool> KeptStore::remove(std::string_view id) {
  bool found = false;
  auto read = each_row(
      state_.database(), "DELETE FROM kept_objects WHERE kind = ? AND id = ? RETURNING 1",
      [&](sqlite::Statement&) { found = true; }, kind_, id);
  return value_after(read, found);
}

}  // namespace weir::workspace
