#include "store/slot_locks.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/ids.h"

namespace weir::store {
namespace {

constexpr std::size_t limit_name_length_max = 160;  // "run of " and the name of a flow among them
constexpr std::size_t file_name_length_max = 200;   // a file system takes 255
constexpr std::size_t file_name_length_kept = 120;

struct flock bytes(short type, std::int64_t from, std::int64_t to) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = from;
  lock.l_len = to - from;
  return lock;
}

/// The open file of one limit. Locks belong to the open file, so two of them exclude each other even in one
/// process, and within one of them we remember ourselves what is ours.
class SlotFile {
 public:
  explicit SlotFile(int fd) : fd_(fd) {}
  ~SlotFile() { close(fd_); }
  SlotFile(const SlotFile&) = delete;

  /// None when there are not `count` free.
  std::vector<std::int64_t> take(std::int64_t slots, std::int64_t count) {
    auto held = held_by_others(0, limit_slots_max) + static_cast<std::int64_t>(ours_.size());
    if (held + count > slots) return {};
    std::vector<std::int64_t> taken;
    for (std::int64_t slot = 0; slot < slots; ++slot) {
      if (!take_one(slot)) continue;
      taken.push_back(slot);
      if (std::ssize(taken) == count) return taken;
    }
    release(taken);
    return {};
  }

  void release(const std::vector<std::int64_t>& slots) {
    for (std::int64_t slot : slots) {
      struct flock lock = bytes(F_UNLCK, slot, slot + 1);
      fcntl(fd_, F_OFD_SETLK, &lock);
      ours_.erase(slot);
    }
  }

 private:
  bool take_one(std::int64_t slot) {
    if (ours_.contains(slot)) return false;
    struct flock lock = bytes(F_WRLCK, slot, slot + 1);
    if (fcntl(fd_, F_OFD_SETLK, &lock) != 0) return false;
    ours_.insert(slot);
    return true;
  }

  /// The kernel names one lock in the range; what lies on both sides of it is asked again.
  std::int64_t held_by_others(std::int64_t from, std::int64_t to) const {
    if (from >= to) return 0;
    struct flock lock = bytes(F_WRLCK, from, to);
    if (fcntl(fd_, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
    std::int64_t start = std::max<std::int64_t>(from, lock.l_start);
    std::int64_t end = lock.l_len == 0 ? to : std::min<std::int64_t>(to, lock.l_start + lock.l_len);
    return end - start + held_by_others(from, start) + held_by_others(end, to);
  }

  int fd_;
  std::set<std::int64_t> ours_;
};

class FileSlotHold final : public SlotHold {
 public:
  FileSlotHold(std::shared_ptr<SlotFile> file, std::vector<std::int64_t> slots)
      : file_(std::move(file)), slots_(std::move(slots)) {}
  ~FileSlotHold() override { file_->release(slots_); }

 private:
  std::shared_ptr<SlotFile> file_;
  std::vector<std::int64_t> slots_;
};

/// Letters, digits, _ and - as they are, the rest as %XX: readable, and never a path. A name that gets too long by that
/// is cut, and told from others by a fingerprint.
std::string file_name_of(const std::string& name) {
  std::string result;
  for (char c : name) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (result.size() <= file_name_length_max) return result;
  return fmt::format("{}~{}", result.substr(0, file_name_length_kept), fingerprint(name));
}

class FileSlotLocks final : public SlotLocks {
 public:
  explicit FileSlotLocks(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<SlotHold>> try_take(const Limit& limit, std::int64_t count) override {
    if (auto fine = check_limit(limit); !fine) return std::unexpected(fine.error());
    if (count < 1)
      return fail(Code::invalid, fmt::format("limit '{}': {} slots cannot be held", limit.name, count));
    auto file = file_of(limit.name);
    if (!file) return std::unexpected(file.error());
    auto slots = (*file)->take(limit.slots, count);
    if (slots.empty()) return nullptr;
    return std::make_unique<FileSlotHold>(std::move(*file), std::move(slots));
  }

 private:
  Result<std::shared_ptr<SlotFile>> file_of(const std::string& name) {
    auto known = files_.find(name);
    if (known != files_.end()) return known->second;
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    auto path = folder_ / file_name_of(name);
    int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Code::invalid, fmt::format("cannot write {}", path.string()));
    return files_.emplace(name, std::make_shared<SlotFile>(fd)).first->second;
  }

  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<SlotFile>> files_;
};

}  // namespace

Result<void> check_limit(const Limit& limit) {
  if (limit.name.empty() || limit.name.size() > limit_name_length_max) {
    return fail(Code::invalid, fmt::format("'{}' cannot name a limit", limit.name),
                fmt::format("use 1 to {} characters", limit_name_length_max));
  }
  if (limit.slots < 0 || limit.slots > limit_slots_max) {
    return fail(Code::invalid, fmt::format("limit '{}' cannot have {} slots", limit.name, limit.slots),
                fmt::format("use 0 to {}", limit_slots_max));
  }
  return {};
}

std::unique_ptr<SlotLocks> slot_locks_in(std::filesystem::path folder) {
  return std::make_unique<FileSlotLocks>(std::move(folder));
}

}  // namespace weir::store
