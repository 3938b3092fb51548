#include "process/output_limit.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::process {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pause_at_rest{1000};
constexpr milliseconds pause_in_a_flood{20};
constexpr std::int64_t flood_bytes = 1024 * 1024;  ///< grown by so many since the last look
constexpr std::int64_t block_bytes = 4096;
constexpr std::int64_t counted_block_bytes = 512;  ///< of st_blocks

}  // namespace

milliseconds OutputLimit::look() {
  struct stat status{};
  if (!file_ || bytes_max_ == 0 || ::fstat(file_.get(), &status) != 0) return pause_at_rest;
  std::int64_t grown = status.st_size - std::exchange(last_size_, status.st_size);
  if (status.st_blocks * counted_block_bytes > bytes_max_) {
    std::int64_t front = (status.st_size - bytes_max_ / 2) / block_bytes * block_bytes;
    bool given = ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, front) == 0;
    // A file system that cannot do that: better without its front and its end than a full disk.
    if (!given && ::ftruncate(file_.get(), 0) != 0) return pause_at_rest;
  }
  return grown > flood_bytes ? pause_in_a_flood : pause_at_rest;
}

std::int64_t first_kept_byte(int fd) { return std::max<std::int64_t>(0, ::lseek(fd, 0, SEEK_DATA)); }

}  // namespace weir::process
