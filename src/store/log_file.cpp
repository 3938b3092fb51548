#include "store/log_file.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "store/log_line.h"

namespace weir::store {
namespace {

constexpr std::size_t scan_bytes = 64 * 1024;
constexpr std::size_t last_line_bytes_max = 512;  ///< of the line that counts
constexpr std::uint64_t dropped_untold_max = 1000;

/// `dropped` if this is the last line of a full log.
std::optional<std::uint64_t> dropped_from(std::string_view line) {
  auto entry = log_entry_from(line);
  if (!entry || entry->task != whole_run) return std::nullopt;
  std::uint64_t dropped = 0;
  const auto& text = entry->line.text;
  std::from_chars(text.data(), text.data() + text.size(), dropped);
  return dropped;
}

/// What stands at `offset`, as much as fits in `buffer`; empty at the end.
std::string_view read_at(int fd, std::vector<char>& buffer, std::uint64_t offset) {
  auto size = pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

bool write_at(int fd, std::string_view bytes, std::uint64_t offset) {
  auto written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  return written == static_cast<ssize_t>(bytes.size());
}

}  // namespace

std::unique_ptr<LogFile> LogFile::open(const std::filesystem::path& file, const LogLimits& limits) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return nullptr;
  std::unique_ptr<LogFile> log(new LogFile(fd, limits));
  log->recover();
  return log;
}

LogFile::~LogFile() {
  tell_dropped();
  close(fd_);
}

void LogFile::recover() {
  std::vector<char> buffer(scan_bytes);
  std::uint64_t offset = 0;
  for (;;) {
    auto chunk = read_at(fd_, buffer, offset);
    if (chunk.empty()) break;
    lines_ += static_cast<std::uint64_t>(std::ranges::count(chunk, '\n'));
    if (auto end = chunk.rfind('\n'); end != std::string_view::npos) bytes_ = offset + end + 1;
    offset += chunk.size();
  }
  std::ignore = ftruncate(fd_, static_cast<off_t>(bytes_));
  auto tail = read_at(fd_, buffer, bytes_ - std::min<std::uint64_t>(bytes_, last_line_bytes_max));
  if (tail.empty()) return;
  tail.remove_suffix(1);
  auto last = tail.substr(tail.rfind('\n') + 1);
  if (auto dropped = dropped_from(last)) {
    dropped_ = told_ = *dropped;
    bytes_ -= last.size() + 1;
    --lines_;
  }
}

void LogFile::append(Instant at, std::string_view line) {
  bool fits = bytes_ + line.size() <= limits_.run_bytes_max && lines_ < limits_.run_lines_max;
  if (is_full() || !fits) return count_dropped(at);
  if (!write_at(fd_, line, bytes_)) {
    std::ignore = ftruncate(fd_, static_cast<off_t>(bytes_));
    return;
  }
  bytes_ += line.size();
  ++lines_;
}

void LogFile::count_dropped(Instant at) {
  last_ = at;
  if (++dropped_ == 1 || dropped_ - told_ >= dropped_untold_max) tell_dropped();
}

void LogFile::tell_dropped() {
  if (told_ == dropped_) return;
  told_ = dropped_;
  LogEntry note{std::string(whole_run), 0, {last_, "warning", {}}};
  note.line.text = fmt::format("{} further lines were not kept: the log of a run holds {} MiB and {} lines",
                               dropped_, limits_.run_bytes_max >> 20U, limits_.run_lines_max);
  write_at(fd_, to_text(note), bytes_);
}

}  // namespace weir::store
