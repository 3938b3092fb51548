#include "store/file_lease.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::store {
namespace {

class FileLease final : public Lease {
 public:
  FileLease(int fd, std::filesystem::path file) : fd_(fd), file_(std::move(file)) {}
  ~FileLease() override {
    unlink(file_.c_str());
    close(fd_);
  }

 private:
  int fd_;
  std::filesystem::path file_;
};

/// True when `fd` is still the file of that name: its last holder may have removed it while we waited.
bool is_current(int fd, const std::filesystem::path& file) {
  struct stat held{};
  struct stat named{};
  return fstat(fd, &held) == 0 && stat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino;
}

/// The whole file, for writing. The lock belongs to the open file, not to the process, and is asked about without
/// being taken.
struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// 0: it has not said so yet.
pid_t holder_of(int fd) {
  std::array<char, 32> text{};
  auto size = std::max<ssize_t>(0, pread(fd, text.data(), text.size() - 1, 0));
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + size, pid);
  return pid;
}

bool is_locked(int fd) {
  struct flock lock = whole_file();
  return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace

Result<std::unique_ptr<Lease>> lease_by_file(const std::filesystem::path& file, const std::string& what) {
  for (;;) {
    int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Code::invalid, fmt::format("cannot write {}", file.string()));
    struct flock lock = whole_file();
    if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
      pid_t pid = holder_of(fd);
      auto holder = pid > 0 ? fmt::format("process {}", pid) : "another process";
      close(fd);
      return fail(Code::conflict, fmt::format("{} is already being executed by {}", what, holder),
                  "wait for it to end, or stop that process");
    }
    if (!is_current(fd, file)) {
      close(fd);
      continue;
    }
    std::string pid = std::to_string(getpid());
    std::ignore = ftruncate(fd, 0);
    std::ignore = pwrite(fd, pid.data(), pid.size(), 0);
    return std::make_unique<FileLease>(fd, file);
  }
}

bool is_leased(const std::filesystem::path& file) {
  int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  bool leased = is_locked(fd);
  close(fd);
  return leased;
}

bool is_being_left(const std::filesystem::path& file) {
  int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  pid_t pid = holder_of(fd);
  bool left = pid > 0 && kill(pid, 0) != 0 && errno == ESRCH && is_locked(fd);
  close(fd);
  return left;
}

}  // namespace weir::store
