#include "workspace/home/tail.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/fd.h"
#include "process/output_limit.h"

namespace weir::workspace {
namespace {

std::string read_at(int fd, std::int64_t from, std::int64_t count) {
  std::string text(static_cast<std::size_t>(std::max<std::int64_t>(0, count)), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    auto got =
        ::pread(fd, text.data() + filled, text.size() - filled, from + static_cast<std::int64_t>(filled));
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

}  // namespace

Part read_part(const std::filesystem::path& file, std::int64_t from, std::int64_t bytes_max) {
  process::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!fd || from < 0 || ::fstat(fd.get(), &status) != 0) return {.from = std::max<std::int64_t>(0, from)};
  if (from >= status.st_size) return {.from = from, .size = status.st_size};
  std::int64_t kept = process::first_kept_byte(fd.get());
  bool lost = kept > from;
  from = std::max(from, kept);
  Part part{.text = read_at(fd.get(), from, std::min<std::int64_t>(bytes_max, status.st_size - from)),
            .from = from,
            .size = status.st_size};
  auto line_end = lost ? part.text.find('\n') : std::string::npos;
  if (line_end == std::string::npos) return part;
  part.text.erase(0, line_end + 1);
  part.from += static_cast<std::int64_t>(line_end) + 1;
  return part;
}

Tail read_tail(const std::filesystem::path& file, std::int64_t bytes_max) {
  std::error_code error;
  auto size = std::filesystem::file_size(file, error);
  if (error) return {};
  std::int64_t from =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(size) - std::max<std::int64_t>(0, bytes_max));
  Part part = read_part(file, from, bytes_max);
  return {.text = std::move(part.text), .truncated = part.from > 0};
}

}  // namespace weir::workspace
