#include "workspace/files/object_ids.h"

#include <optional>

#include "workspace/home/sql.h"

namespace weir::workspace {

Result<std::int64_t> ObjectIds::of(const TreePath& path) {
  auto ids = of(std::vector{path});
  if (!ids) return std::unexpected(ids.error());
  return ids->front();
}

Result<std::vector<std::int64_t>> ObjectIds::of(const std::vector<TreePath>& paths) {
  std::vector<std::int64_t> ids;
  std::optional<sqlite::Transaction> transaction;  // only when there is something new
  for (const auto& path : paths) {
    std::int64_t id = 0;
    auto read = each_row(
        state_.database(), "SELECT id FROM object_ids WHERE path = ?",
        [&](sqlite::Statement& row) { id = row.integer(0); }, path.text());
    if (!read) return std::unexpected(read.error());
    if (id == 0) {
      if (!transaction) {
        auto begun = state_.begin();
        if (!begun) return std::unexpected(begun.error());
        transaction.emplace(std::move(*begun));
      }
      auto next = state_.next_id();
      if (!next) return std::unexpected(next.error());
      id = *next;
      auto kept =
          execute(state_.database(), "INSERT INTO object_ids (path, id) VALUES (?, ?)", path.text(), id);
      if (!kept) return std::unexpected(kept.error());
    }
    ids.push_back(id);
  }
  if (transaction)
    if (auto committed = transaction->commit(); !committed) return std::unexpected(committed.error());
  return ids;
}

/// '0' is the byte after '/': what lies between are the paths below.
Result<void> ObjectIds::forget(const TreePath& path) {
  std::string text = path.text();
  return execute(state_.database(), "DELETE FROM object_ids WHERE path = ? OR (path > ? AND path < ?)", text,
                 text + "/", text + "0");
}

}  // namespace weir::workspace
