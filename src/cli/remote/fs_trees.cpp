#include "cli/remote/fs_trees.h"

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::cli {

Result<const Tree*> Trees::of(const Place& place) {
  auto& tree = trees_[static_cast<std::size_t>(place.kind)];
  if (place.is_remote() && !client_) {
    auto connection = connect_(terminal_);
    if (!connection) return std::unexpected(connection.error());
    client_.emplace(*connection);
  }
  if (tree) return tree.get();
  switch (place.kind) {
    case Place::Kind::local:
      tree = local_tree();
      break;
    case Place::Kind::dbfs:
      tree = dbfs_tree(*client_);
      break;
    case Place::Kind::workspace:
      tree = workspace_tree(*client_);
      break;
    case Place::Kind::volume:
      tree = volume_tree(*client_);
      break;
  }
  return tree.get();
}

Result<Entry> entry_at(const Tree& tree, const Place& place) {
  auto entry = tree.look(place.path);
  if (!entry) return std::unexpected(entry.error());
  if (*entry) return **entry;
  std::string hint;
  auto beside = tree.list(place.parent().path);
  if (beside) {
    std::vector<std::string> names;
    for (const auto& other : *beside) names.push_back(other.name);
    if (auto near = nearest(place.name(), names))
      hint = fmt::format("did you mean {}?", place.parent().inside(*near).text());
  }
  return fail(Code::not_found, fmt::format("{} does not exist", place.text()), hint);
}

}  // namespace weir::cli
