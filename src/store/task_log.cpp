#include "store/task_log.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::store {
namespace {

constexpr std::size_t open_files_max = 64;

}  // namespace

void TaskLog::append(const std::string& run_id, const std::string& task, std::uint32_t attempt,
                     const LogLine& line) {
  auto& printed = printed_[{run_id, task, attempt}];
  printed.last = line.at;
  if (printed.bytes + line.text.size() > limits_.attempt_bytes_max) {
    ++printed.dropped;
    return;
  }
  auto* file = open(run_id);
  if (!file) return;
  if (file->is_full()) return file->count_dropped(line.at);
  std::string text = to_text(LogEntry{task, attempt, line});
  printed.bytes += text.size();
  file->append(line.at, text);
}

void TaskLog::close(const std::string& run_id, const std::string& task, std::uint32_t attempt) {
  auto printed = printed_.extract({run_id, task, attempt});
  if (!printed) return;
  auto* file = open(run_id);
  if (!file) return;
  file->tell_dropped();
  if (printed.mapped().dropped == 0) return;
  LogEntry note{task, attempt, {printed.mapped().last, "warning", {}}};
  note.line.text = fmt::format("{} further lines were not kept: the log of an attempt holds {} MiB",
                               printed.mapped().dropped, limits_.attempt_bytes_max >> 20U);
  file->append(note.line.at, to_text(note));
}

/// Opens the file, or finds it open; the one that has not been used for longest makes room.
LogFile* TaskLog::open(const std::string& run_id) {
  auto found = open_.find(run_id);
  if (found == open_.end()) {
    if (open_.size() == open_files_max) {
      open_.erase(std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.second.used; }));
    }
    found = open_.emplace(run_id, Open{LogFile::open(file_of(run_id), limits_)}).first;
  }
  found->second.used = ++uses_;
  return found->second.file.get();
}

std::vector<LogLine> TaskLog::read(const std::string& run_id, const std::string& task,
                                   std::uint32_t attempt) const {
  std::vector<LogLine> lines;
  auto log = reader(run_id);
  while (auto entry = log.next()) {
    if (entry->task == task && entry->attempt == attempt) lines.push_back(std::move(entry->line));
  }
  return lines;
}

void TaskLog::erase(const std::string& run_id) {
  open_.erase(run_id);
  std::error_code error;
  std::filesystem::remove(file_of(run_id), error);
}

}  // namespace weir::store
