#include "workspace/permissions/permission_store.h"

#include "workspace/home/sql.h"

namespace weir::workspace {

Result<Grants> PermissionStore::find(const PermissionKind& kind, std::string_view id) {
  Grants grants;
  auto read = each_row(
      state_.database(),
      "SELECT principal_field, principal, level FROM permissions WHERE kind = ? AND object_id = ? ORDER BY "
      "position",
      [&](sqlite::Statement& row) { grants.push_back({row.text(0), row.text(1), row.text(2)}); }, kind.path,
      id);
  return value_after(read, std::move(grants));
}

Result<void> PermissionStore::put(const PermissionKind& kind, std::string_view id, const Grants& grants) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  if (auto removed = remove(kind, id); !removed) return removed;
  std::int64_t position = 0;
  for (const Grant& grant : grants) {
    auto inserted =
        execute(state_.database(),
                "INSERT INTO permissions (kind, object_id, position, principal_field, principal, level)"
                " VALUES (?,?,?,?,?,?)",
                kind.path, id, position++, grant.principal_field, grant.principal, grant.level);
    if (!inserted) return inserted;
  }
  return transaction->commit();
}

Result<void> PermissionStore::remove(const PermissionKind& kind, std::string_view id) {
  return execute(state_.database(), "DELETE FROM permissions WHERE kind = ? AND object_id = ?", kind.path,
                 id);
}

}  // namespace weir::workspace
