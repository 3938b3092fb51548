#include "store/log_reader.h"

namespace weir::store {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

}  // namespace

std::optional<LogEntry> LogReader::next() {
  for (;;) {
    auto end = buffer_.find('\n', searched_);
    if (end == std::string::npos) {
      searched_ = buffer_.size();
      if (!read_more()) return std::nullopt;
      continue;
    }
    auto entry = log_entry_from(std::string_view(buffer_).substr(at_, end - at_));
    at_ = searched_ = end + 1;
    if (entry) return entry;
  }
}

bool LogReader::read_more() {
  if (!stream_.is_open()) stream_.open(file_, std::ios::binary);
  if (!stream_.is_open()) return false;
  buffer_.erase(0, at_);
  searched_ -= at_;
  at_ = 0;
  auto kept = buffer_.size();
  buffer_.resize(kept + read_bytes);
  stream_.clear();
  stream_.read(buffer_.data() + kept, read_bytes);
  buffer_.resize(kept + static_cast<std::size_t>(stream_.gcount()));
  return buffer_.size() > kept;
}

}  // namespace weir::store
