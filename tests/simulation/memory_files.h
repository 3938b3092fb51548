// The result files of one simulated process, on a disk that outlives it.
#pragma once

#include "disk.h"
#include "memory_store.h"
#include "store/result_files.h"

namespace weir::sim {

class MemoryFiles final : public store::ResultFiles {
 public:
  MemoryFiles(Disk& disk, WriteWatcher& watcher) : disk_(disk), watcher_(watcher) {}

  Result<void> write(const std::string& owner, const std::string& name, std::string_view bytes,
                     bool sync) override;
  Result<void> link(const std::string& from, const std::string& to, const std::string& name,
                    bool sync) override;
  std::optional<std::uint64_t> size_of(const std::string& owner, const std::string& name) override;
  void erase(const std::string& owner, const std::string& name) override;
  void erase_all(const std::string& owner) override;
  std::vector<std::string> names(const std::string& owner) override;
  std::vector<std::string> cache_keys() override { return {}; }
  std::filesystem::path path_of(const std::string& owner, const std::string& name) const override {
    return std::filesystem::path(owner) / name;
  }

 private:
  Result<std::string> read_bytes(const std::string& owner, const std::string& name) override;
  Result<void> put(const std::string& owner, const std::string& name, Disk::File file);

  Disk& disk_;
  WriteWatcher& watcher_;
};

}  // namespace weir::sim
