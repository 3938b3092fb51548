#include "base/duration.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr double duration_max_seconds = 366.0 * 24 * 3600;

double seconds_in(std::string_view unit) {
  if (unit == "ms") return 0.001;
  if (unit == "s" || unit.empty()) return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  if (unit == "d") return 24 * 3600;
  return -1;
}

std::unexpected<Error> not_a_duration(std::string_view text) {
  return fail(Code::invalid, fmt::format("'{}' is not a duration", text),
              "write for example 500ms, 10s, 2m, 1h30m or 1d");
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  double total = 0;
  std::string_view rest = text;
  if (rest.empty()) return not_a_duration(text);
  while (!rest.empty()) {
    double number = 0;
    bool first = rest.data() == text.data();
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || number < 0 || !std::isfinite(number)) return not_a_duration(text);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    std::size_t letters = rest.find_first_of("0123456789.");
    std::string_view unit = rest.substr(0, letters);
    bool bare_inside = unit.empty() && !(first && rest.empty());
    double factor = seconds_in(unit);
    if (factor < 0 || bare_inside) return not_a_duration(text);
    total += number * factor;
    rest.remove_prefix(unit.size());
  }
  if (total > duration_max_seconds) {
    return fail(Code::invalid, fmt::format("'{}' is longer than a year", text), "use a shorter duration");
  }
  return Duration{std::llround(total * 1e6)};
}

std::string to_text(Duration duration) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(duration).count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (ms < 60'000) return fmt::format("{}.{}s", ms / 1000, ms % 1000 / 100);
  auto s = ms / 1000;
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  return fmt::format("{}h{:02}m", s / 3600, s % 3600 / 60);
}

}  // namespace weir
