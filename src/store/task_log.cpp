#include "store/task_log.h"

#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace weir::store {
namespace {

std::string timestamp(Instant at) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(at - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), millis);
}

std::optional<Instant> timestamp_from(const std::string& text) {
  std::tm parts{};
  int millis = 0;
  int read = std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                         &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &millis);
  if (read != 7) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return Instant{std::chrono::seconds{timegm(&parts)} + std::chrono::milliseconds{millis}};
}

/// Tabs stay; other control characters become U+FFFD.
std::string printable(std::string_view text) {
  std::string result;
  for (char c : text) {
    bool control = static_cast<unsigned char>(c) < 0x20 && c != '\t';
    if (control || c == 0x7f) {
      result += "\uFFFD";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

TaskLog::~TaskLog() {
  for (auto& [path, file] : open_) std::fclose(file.file);
}

std::filesystem::path TaskLog::file_of(const std::string& run_id, const std::string& task,
                                       std::uint32_t attempt) const {
  return folder_ / run_id / fmt::format("{}.{}.log", task, attempt);
}

void TaskLog::append(const std::string& run_id, const std::string& task, std::uint32_t attempt,
                     const LogLine& line) {
  auto path = file_of(run_id, task, attempt);
  auto found = open_.find(path);
  if (found == open_.end()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::FILE* file = std::fopen(path.c_str(), "ae");
    if (!file) return;
    auto size = std::filesystem::file_size(path, error);
    found = open_.emplace(path, File{file, error ? 0 : size, 0, line.at}).first;
  }
  File& file = found->second;
  file.last = line.at;
  std::string text = fmt::format("{} {} {}\n", timestamp(line.at), line.level, printable(line.text));
  if (file.bytes + text.size() > log_bytes_max) {
    ++file.dropped;
    return;
  }
  file.bytes += text.size();
  std::fwrite(text.data(), 1, text.size(), file.file);
  std::fflush(file.file);
}

void TaskLog::close(const std::string& run_id, const std::string& task, std::uint32_t attempt) {
  auto found = open_.find(file_of(run_id, task, attempt));
  if (found == open_.end()) return;
  if (found->second.dropped > 0) {
    fmt::print(found->second.file, "{} warning {} further lines were not kept\n",
               timestamp(found->second.last), found->second.dropped);
  }
  std::fclose(found->second.file);
  open_.erase(found);
}

std::vector<LogLine> TaskLog::read(const std::string& run_id, const std::string& task,
                                   std::uint32_t attempt) const {
  std::vector<LogLine> lines;
  std::ifstream file(file_of(run_id, task, attempt));
  for (std::string raw; std::getline(file, raw);) {
    std::istringstream words(raw);
    std::string at;
    LogLine line;
    words >> at >> line.level;
    auto instant = timestamp_from(at);
    if (!instant) continue;
    line.at = *instant;
    std::size_t text_start = at.size() + line.level.size() + 2;
    if (text_start <= raw.size()) line.text = raw.substr(text_start);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace weir::store
