#include "memory_files.h"

namespace weir::sim {

Result<void> MemoryFiles::put(const std::string& owner, const std::string& name, Disk::File file) {
  watcher_.before_write();
  if (disk_.full) {
    watcher_.on_refused();
    return fail(Code::internal, "the disk is full", "make room and resume");
  }
  disk_.put_file(owner, name, std::move(file));
  watcher_.after_write();
  return {};
}

Result<void> MemoryFiles::write(const std::string& owner, const std::string& name, std::string_view bytes,
                                bool sync) {
  return put(owner, name, {std::make_shared<const std::string>(bytes), sync});
}

Result<void> MemoryFiles::link(const std::string& from, const std::string& to, const std::string& name,
                               bool sync) {
  const auto* file = disk_.file(from, name);
  if (!file) return fail(Code::not_found, "the file to be linked is gone");
  return put(to, name, {file->bytes, sync});
}

Result<std::string> MemoryFiles::read_bytes(const std::string& owner, const std::string& name) {
  const auto* file = disk_.file(owner, name);
  if (!file) return fail(Code::not_found, "the stored value is gone");
  return *file->bytes;
}

std::optional<std::uint64_t> MemoryFiles::size_of(const std::string& owner, const std::string& name) {
  const auto* file = disk_.file(owner, name);
  return file ? std::optional(file->bytes->size()) : std::nullopt;
}

void MemoryFiles::erase(const std::string& owner, const std::string& name) { disk_.erase_file(owner, name); }

void MemoryFiles::erase_all(const std::string& owner) {
  for (const auto& name : names(owner)) erase(owner, name);
}

std::vector<std::string> MemoryFiles::names(const std::string& owner) {
  std::vector<std::string> names;
  auto found = disk_.files().find(owner);
  if (found == disk_.files().end()) return names;
  for (const auto& [name, file] : found->second) names.push_back(name);
  return names;
}

}  // namespace weir::sim
