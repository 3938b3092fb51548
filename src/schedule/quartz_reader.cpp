// How a cron expression of Quartz is read, field by field.
#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "schedule/quartz.h"

namespace weir::schedule {
namespace {

struct Field {
  std::string_view name{};
  int min = 0;
  int max = 0;
  std::vector<std::string_view> names{};  ///< of the values from `min` on
};

const std::array<Field, 7>& fields() {
  static const std::array<Field, 7> all{{
      {"seconds", 0, 59},
      {"minutes", 0, 59},
      {"hours", 0, 23},
      {"day of month", 1, 31},
      {"month", 1, 12, {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
      {"day of week", 1, 7, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
      {"year", 1970, 2099},
  }};
  return all;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_whole =
      !text.empty() && error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
  return is_whole ? std::optional(number) : std::nullopt;
}

std::optional<int> value_of(std::string_view text, const Field& field) {
  auto name = std::ranges::find(field.names, text);
  if (name != field.names.end()) return field.min + static_cast<int>(name - field.names.begin());
  auto number = number_of(text);
  return number && *number >= field.min && *number <= field.max ? number : std::nullopt;
}

struct Wrong {
  std::string part{};
};
using Read = std::expected<void, Wrong>;

/// "*", "5", "1-5", "22-2", each perhaps with "/2"; `set` is called with every value.
template <class Set>
Read read_range(std::string_view part, const Field& field, Set set) {
  auto wrong = std::unexpected(Wrong{std::string(part)});
  std::size_t slash = part.find('/');
  std::string_view range = part.substr(0, slash);
  auto step = slash == part.npos ? std::optional(1) : number_of(part.substr(slash + 1));
  if (!step || *step < 1 || *step > field.max) return wrong;
  int span = field.max - field.min + 1;
  int first = field.min;
  int last = field.max;
  if (range != "*" && !(range.empty() && slash == 0)) {
    std::size_t dash = range.find('-');
    auto from = value_of(range.substr(0, dash), field);
    auto to = dash == range.npos ? from : value_of(range.substr(dash + 1), field);
    if (!from || !to) return wrong;
    first = *from;
    last = dash == range.npos && slash != part.npos ? field.max : *to;
    if (last < first) last += span;  // over the end: FRI-MON
  }
  for (int value = first; value <= last; value += *step) set(field.min + (value - field.min) % span);
  return {};
}

}  // namespace

class QuartzReader {
 public:
  std::expected<Quartz, std::string> read(std::string_view expression) {
    std::vector<std::string> parts;
    for (auto& part : split(upper_case(expression), " \t"))
      if (!part.empty()) parts.push_back(std::move(part));
    if (parts.size() != 6 && parts.size() != 7)
      return std::unexpected(
          fmt::format("it has {} fields, and Quartz has 6 or 7: seconds, minutes, hours, day of month, "
                      "month, day of week, year",
                      parts.size()));
    if ((parts[3] == "?") == (parts[5] == "?"))
      return std::unexpected("one of day of month and day of week must be '?', and the other not");
    if (parts.size() == 6) parts.emplace_back("*");
    quartz_.days_.by_week = parts[3] == "?";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == "?" && (i == 3 || i == 5)) continue;
      const Field& field = fields()[i];
      for (const auto& part : split(parts[i], ","))
        if (auto done = read_part(i, part, field); !done)
          return std::unexpected(fmt::format("'{}' is no {}: it may be {} to {}{}", done.error().part,
                                             field.name, field.min, field.max, extras_of(field)));
    }
    return quartz_;
  }

 private:
  static std::string extras_of(const Field& field) {
    return field.names.empty() ? "" : fmt::format(", or {} to {}", field.names.front(), field.names.back());
  }

  Read read_part(std::size_t at, const std::string& part, const Field& field) {
    switch (at) {
      case 0:
        return read_range(part, field, [&](int value) { quartz_.seconds_.set(index(value)); });
      case 1:
        return read_range(part, field, [&](int value) { quartz_.minutes_.set(index(value)); });
      case 2:
        return read_range(part, field, [&](int value) { quartz_.hours_.set(index(value)); });
      case 3:
        return read_day_of_month(part, field);
      case 4:
        return read_range(part, field, [&](int value) { quartz_.months_.set(index(value)); });
      case 5:
        return read_day_of_week(part, field);
      default:
        return read_range(part, field,
                          [&](int value) { quartz_.years_.set(index(value - Quartz::year_min)); });
    }
  }

  /// L, L-3, LW, 15W, or a range.
  Read read_day_of_month(std::string_view part, const Field& field) {
    auto wrong = std::unexpected(Wrong{std::string(part)});
    if (part == "LW" || part == "WL") {
      quartz_.days_.last_working = true;
      return {};
    }
    if (part.starts_with('L')) {
      auto before =
          part == "L" ? std::optional(0) : number_of(part.substr(std::min<std::size_t>(2, part.size())));
      bool fits = part == "L" || (part.size() > 2 && part[1] == '-');
      if (!fits || !before || *before > 30) return wrong;
      quartz_.days_.before_last = before;
      return {};
    }
    if (part.ends_with('W')) {
      auto day = value_of(part.substr(0, part.size() - 1), field);
      if (!day) return wrong;
      quartz_.days_.nearest.set(index(*day));
      return {};
    }
    return read_range(part, field, [&](int value) { quartz_.days_.of_month.set(index(value)); });
  }

  /// L, 6L, 6#3, or a range.
  Read read_day_of_week(std::string_view part, const Field& field) {
    auto wrong = std::unexpected(Wrong{std::string(part)});
    if (part == "L") part = "SAT";
    if (std::size_t hash = part.find('#'); hash != part.npos) {
      auto day = value_of(part.substr(0, hash), field);
      auto nth = number_of(part.substr(hash + 1));
      if (!day || !nth || *nth < 1 || *nth > 5) return wrong;
      quartz_.days_.nth_of_week.set(index(*day * 6 + *nth - 1));
      return {};
    }
    if (part.ends_with('L')) {
      auto day = value_of(part.substr(0, part.size() - 1), field);
      if (!day) return wrong;
      quartz_.days_.last_of_week.set(index(*day));
      return {};
    }
    return read_range(part, field, [&](int value) { quartz_.days_.of_week.set(index(value)); });
  }

  static std::size_t index(int value) { return static_cast<std::size_t>(value); }

  Quartz quartz_{};
};

std::expected<Quartz, std::string> Quartz::parse(std::string_view expression) {
  return QuartzReader().read(expression);
}

}  // namespace weir::schedule
