#include "yaml/faults.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::yaml {
namespace {

constexpr std::size_t suggested_from_max = 1000;

/// Line and column of offsets that only ever grow.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  void advance_to(Position at) {
    for (at = std::min(at, text_.size()); offset_ < at; ++offset_) {
      bool inside_character = (static_cast<unsigned char>(text_[offset_]) & 0xC0) == 0x80;
      if (text_[offset_] == '\n') {
        ++line_;
        column_ = 1;
      } else if (!inside_character) {
        ++column_;
      }
    }
  }

  std::size_t line() const { return line_; }
  std::size_t column() const { return column_; }

 private:
  std::string_view text_;
  Position offset_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace

FileError whole_file_error(Code code, const std::string& file, std::string what, std::string hint) {
  return {{code, fmt::format("{}: {}", file, what), std::move(hint)}, file, 0, 0, std::move(what)};
}

void Faults::add(Position at, std::string message, std::string hint) {
  if (++count_ > reported_max) return;
  auto after = std::ranges::upper_bound(faults_, at, {}, &Fault::at);
  faults_.insert(after, {at, std::move(message), std::move(hint)});
}

void Faults::add_unknown(Position at, std::string message, std::string_view typed,
                         std::span<const std::string> known) {
  bool worth_looking = !full() && known.size() <= suggested_from_max;
  add(at, std::move(message), worth_looking ? suggest(typed, known) : "");
}

std::vector<FileError> Faults::errors() const {
  LineCounter counter(text_);
  std::vector<FileError> errors;
  for (const auto& fault : faults_) {
    counter.advance_to(fault.at);
    auto [line, column] = std::pair(counter.line(), counter.column());
    auto message = fmt::format("{}:{}:{}: {}", shown_name_, line, column, fault.message);
    errors.push_back(
        {{Code::invalid, std::move(message), fault.hint}, shown_name_, line, column, fault.message});
  }
  if (count_ > faults_.size()) {
    auto what = fmt::format("{} more problems", count_ - faults_.size());
    errors.push_back(whole_file_error(Code::invalid, shown_name_, std::move(what)));
  }
  return errors;
}

}  // namespace weir::yaml
