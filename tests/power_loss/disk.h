// A disk that can lose power, for tests: everything SQLite writes is recorded in order, and the files are then
// built as they may be found after a loss at any moment. Only what was synced is sure to be there; of what was
// written after that, any part may have reached the disk, in any order, down to single sectors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/seeded_random.h"

namespace weir::power {

struct DiskOperation {
  enum class Kind : std::uint8_t { write, truncate, erase, sync };
  Kind kind = Kind::write;
  std::string file{};       ///< its name in the folder
  std::int64_t offset = 0;  ///< of a write; the new size for truncate
  std::string bytes{};      ///< of a write
};

/// While it lives, SQLite's files in this process are recorded, and never really synced. One at a time.
class PowerLossDisk {
 public:
  PowerLossDisk();
  ~PowerLossDisk();
  PowerLossDisk(const PowerLossDisk&) = delete;

  const std::vector<DiskOperation>& operations() const { return operations_; }
  void record(bool on) { recording_ = on; }

  void note(DiskOperation operation) {
    if (recording_) operations_.push_back(std::move(operation));
  }

 private:
  std::vector<DiskOperation> operations_{};
  bool recording_ = true;
};

/// How much of what was not synced is found after the loss.
enum class Survival : std::uint8_t {
  nothing,
  everything,
  some,           ///< any sectors, older ones first
  some_shuffled,  ///< any sectors, in any order: an older write may be the one that is found
};

/// What is on the disk after the operations so far.
class DiskImage {
 public:
  /// A disk that lies takes no notice of syncs.
  explicit DiskImage(bool lies = false) : lies_(lies) {}

  void apply(const DiskOperation& operation);

  /// Writes the files as a loss of power may leave them at this moment.
  void lose_power(const std::filesystem::path& folder, Survival survival, sim::SeededRandom& chance) const;

 private:
  struct File {
    std::optional<std::string> synced{};
    std::vector<DiskOperation> pending{};
  };
  bool lies_;
  std::map<std::string, File> files_{};
};

}  // namespace weir::power
