#include "schedule/zone_rule.h"

#include <charconv>

namespace weir::schedule {

using namespace std::chrono;

/// Reads from the front of the text; `good` once something was not there.
class ZoneRuleReader {
 public:
  explicit ZoneRuleReader(std::string_view text) : text_(text) {}

  std::optional<ZoneRule> read() {
    ZoneRule rule;
    read_name();
    rule.standard_ = -read_time();
    if (text_.empty()) return finished(rule);
    read_name();
    rule.has_summer_ = true;
    rule.summer_ = text_.starts_with(',') ? rule.standard_ + hours(1) : Offset(-read_time());
    expect(',');
    rule.begin_ = read_switch();
    expect(',');
    rule.end_ = read_switch();
    return finished(rule);
  }

 private:
  std::optional<ZoneRule> finished(const ZoneRule& rule) const {
    return good_ && text_.empty() ? std::optional(rule) : std::nullopt;
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }

  /// Letters, or anything between angle brackets.
  void read_name() {
    std::size_t length = 0;
    if (take('<')) {
      length = text_.find('>');
      good_ = good_ && length != text_.npos;
      text_.remove_prefix(length == text_.npos ? text_.size() : length + 1);
      return;
    }
    auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    while (length < text_.size() && is_letter(text_[length])) ++length;
    good_ = good_ && length >= 3;
    text_.remove_prefix(length);
  }

  int read_number() {
    int number = 0;
    auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
    good_ = good_ && error == std::errc{} && number >= 0 && number <= 366;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return good_ ? number : 0;
  }

  /// [+-]hh[:mm[:ss]]
  Offset read_time() {
    bool negative = take('-');
    if (!negative) take('+');
    Offset time = hours(read_number());
    if (take(':')) time += minutes(read_number());
    if (take(':')) time += seconds(read_number());
    return negative ? -time : time;
  }

  ZoneRule::Switch read_switch() {
    ZoneRule::Switch when;
    if (take('M')) {
      when.kind = ZoneRule::Switch::Kind::week_of_month;
      when.month = read_number();
      expect('.');
      when.week = read_number();
      expect('.');
      when.day = read_number();
      good_ =
          good_ && when.month >= 1 && when.month <= 12 && when.week >= 1 && when.week <= 5 && when.day <= 6;
    } else {
      when.kind = take('J') ? ZoneRule::Switch::Kind::day_without_leap : ZoneRule::Switch::Kind::day;
      when.day = read_number();
    }
    if (take('/')) when.time = read_time();
    return when;
  }

  std::string_view text_;
  bool good_ = true;
};

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) { return ZoneRuleReader(text).read(); }

/// Midnight of the day, as if in Greenwich.
Seconds ZoneRule::day_of(const Switch& when, year in) {
  if (when.kind == Switch::Kind::day) return sys_days(in / January / 1) + days(when.day);
  if (when.kind == Switch::Kind::day_without_leap) {
    bool after_leap_day = in.is_leap() && when.day >= 60;
    return sys_days(in / January / 1) + days(when.day - 1 + (after_leap_day ? 1 : 0));
  }
  auto of_month = in / month(static_cast<unsigned>(when.month));
  weekday day(static_cast<unsigned>(when.day));
  if (when.week == 5) return sys_days(of_month / day[last]);
  return sys_days(of_month / day[static_cast<unsigned>(when.week)]);
}

Offset ZoneRule::offset_at(Seconds at) const {
  if (!has_summer_) return standard_;
  year in = year_month_day(floor<days>(at + standard_)).year();
  Seconds begin = day_of(begin_, in) + begin_.time - standard_;
  Seconds end = day_of(end_, in) + end_.time - summer_;
  bool is_summer = begin < end ? begin <= at && at < end : !(end <= at && at < begin);
  return is_summer ? summer_ : standard_;
}

}  // namespace weir::schedule
