// Builds the files that a loss of power may leave.
#include <algorithm>
#include <fstream>

#include "power_loss/disk.h"

namespace weir::power {
namespace {

constexpr std::int64_t sector_bytes = 512;

/// The writes of `operation`, cut where sectors begin.
void add_sectors(const DiskOperation& operation, std::vector<DiskOperation>& sectors) {
  auto size = static_cast<std::int64_t>(operation.bytes.size());
  for (std::int64_t at = 0; at < size;) {
    std::int64_t left_in_sector = sector_bytes - (operation.offset + at) % sector_bytes;
    std::int64_t length = std::min(left_in_sector, size - at);
    sectors.push_back(
        {operation.kind, operation.file, operation.offset + at,
         operation.bytes.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(length))});
    at += length;
  }
}

void change(std::optional<std::string>& content, const DiskOperation& operation) {
  using Kind = DiskOperation::Kind;
  if (operation.kind == Kind::erase) {
    content.reset();
    return;
  }
  if (!content) content.emplace();
  auto offset = static_cast<std::size_t>(operation.offset);
  if (operation.kind == Kind::truncate) {
    content->resize(offset);
    return;
  }
  if (content->size() < offset + operation.bytes.size()) content->resize(offset + operation.bytes.size());
  content->replace(offset, operation.bytes.size(), operation.bytes);
}

/// The pending operations that reach the disk. What follows an erasure belongs to another file of that name: it
/// is only found when the erasure is.
std::vector<DiskOperation> survivors(const std::vector<DiskOperation>& pending, bool shuffled,
                                     sim::SeededRandom& chance) {
  std::vector<DiskOperation> pieces;
  std::vector<DiskOperation> chosen;
  auto density = static_cast<double>(chance.below(101)) / 100;
  auto reaches_disk = [&] { return chance.chance(density); };
  auto choose = [&] {
    if (shuffled) chance.shuffle(pieces);
    std::ranges::copy_if(pieces, std::back_inserter(chosen), [&](const auto&) { return reaches_disk(); });
    pieces.clear();
  };
  for (const auto& operation : pending) {
    if (operation.kind == DiskOperation::Kind::write) {
      add_sectors(operation, pieces);
    } else if (operation.kind == DiskOperation::Kind::truncate) {
      pieces.push_back(operation);
    } else {
      choose();
      if (!reaches_disk()) return chosen;
      chosen.push_back(operation);
    }
  }
  choose();
  return chosen;
}

}  // namespace

void DiskImage::apply(const DiskOperation& operation) {
  File& file = files_[operation.file];
  if (operation.kind != DiskOperation::Kind::sync) {
    file.pending.push_back(operation);
    return;
  }
  if (lies_) return;
  // With the first sync of a new log or journal, SQLite syncs the folder: files that were erased stay away.
  if (!file.synced && operation.file.contains('-')) {
    for (auto& [name, other] : files_) {
      auto is_erasure = [](const DiskOperation& it) { return it.kind == DiskOperation::Kind::erase; };
      auto last = std::find_if(other.pending.rbegin(), other.pending.rend(), is_erasure);
      if (last == other.pending.rend()) continue;
      other.synced.reset();
      other.pending.erase(other.pending.begin(), last.base());
    }
  }
  for (const auto& done : file.pending) change(file.synced, done);
  file.pending.clear();
}

void DiskImage::lose_power(const std::filesystem::path& folder, Survival survival,
                           sim::SeededRandom& chance) const {
  for (const auto& [name, file] : files_) {
    auto content = file.synced;
    if (survival == Survival::everything) {
      for (const auto& operation : file.pending) change(content, operation);
    } else if (survival != Survival::nothing) {
      for (const auto& operation : survivors(file.pending, survival == Survival::some_shuffled, chance)) {
        change(content, operation);
      }
    }
    if (content) std::ofstream(folder / name, std::ios::binary) << *content;
  }
}

}  // namespace weir::power
