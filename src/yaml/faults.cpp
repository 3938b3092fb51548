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

  std::string advance_to(Position at) {
    for (at = std::min(at, text_.size()); offset_ < at; ++offset_) {
      bool inside_character = (static_cast<unsigned char>(text_[offset_]) & 0xC0) == 0x80;
      if (text_[offset_] == '\n') {
        ++line_;
        column_ = 1;
      } else if (!inside_character) {
        ++column_;
      }
    }
    return fmt::format("{}:{}", line_, column_);
  }

 private:
  std::string_view text_;
  Position offset_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace

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

std::vector<Error> Faults::errors() const {
  LineCounter counter(text_);
  std::vector<Error> errors;
  for (const auto& fault : faults_) {
    auto where = counter.advance_to(fault.at);
    errors.push_back(
        {Code::invalid, fmt::format("{}:{}: {}", shown_name_, where, fault.message), fault.hint});
  }
  if (count_ > faults_.size()) {
    errors.push_back(
        {Code::invalid, fmt::format("{}: {} more problems", shown_name_, count_ - faults_.size())});
  }
  return errors;
}

}  // namespace weir::yaml
