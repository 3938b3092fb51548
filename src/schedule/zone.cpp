#include "schedule/zone.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace weir::schedule {
namespace {

using namespace std::chrono;

constexpr std::size_t name_length_max = 100;
constexpr std::size_t header_bytes = 44;
constexpr std::size_t zone_bytes_max = 1024 * 1024;

bool may_be_name(std::string_view name) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= name_length_max && name.front() != '/' && name.back() != '/' &&
         std::ranges::all_of(name, allowed);
}

std::filesystem::path system_database() {
  const char* chosen = std::getenv("TZDIR");
  return chosen && *chosen ? chosen : "/usr/share/zoneinfo";
}

/// A big-endian number of `bytes` bytes.
std::int64_t number_at(std::string_view text, std::size_t at, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8 | static_cast<unsigned char>(text[at + i]);
  std::uint64_t sign = std::uint64_t{1} << (8 * bytes - 1);
  return static_cast<std::int64_t>((number ^ sign) - sign);
}

/// What the header of a block says: how many of each thing follow.
struct Counts {
  std::size_t is_universal = 0;
  std::size_t is_standard = 0;
  std::size_t leaps = 0;
  std::size_t changes = 0;
  std::size_t types = 0;
  std::size_t letters = 0;

  std::size_t size(std::size_t time_bytes) const {
    return changes * (time_bytes + 1) + types * 6 + letters + leaps * (time_bytes + 4) + is_standard +
           is_universal;
  }
};

bool read_counts(std::string_view header, Counts& counts) {
  if (header.size() < header_bytes || !header.starts_with("TZif")) return false;
  std::size_t at = 20;
  for (std::size_t* count : {&counts.is_universal, &counts.is_standard, &counts.leaps, &counts.changes,
                             &counts.types, &counts.letters}) {
    *count = static_cast<std::size_t>(number_at(header, at, 4)) & 0xFFFFFF;
    at += 4;
  }
  return counts.types > 0;
}

}  // namespace

Result<Zone> Zone::load(std::string_view name) { return load(name, system_database()); }

Result<Zone> Zone::load(std::string_view name, const std::filesystem::path& database) {
  if (name == "UTC" || name == "GMT") return Zone();
  if (!may_be_name(name)) return fail(Code::invalid, fmt::format("'{}' is no name of a time zone", name));
  std::error_code error;
  if (!std::filesystem::is_directory(database, error))
    return fail(Code::not_found, fmt::format("there is no time zone database in {}", database.string()),
                "install tzdata, or name the folder of one in TZDIR");
  auto missing = fail(Code::not_found, fmt::format("there is no time zone '{}'", name));
  auto file = database / name;
  if (!std::filesystem::is_regular_file(file, error) ||
      std::filesystem::file_size(file, error) > zone_bytes_max)
    return missing;
  std::ifstream in(file, std::ios::binary);
  auto zone = read(std::string(std::istreambuf_iterator<char>(in), {}));
  return zone ? zone : missing;
}

/// The second block, whose times have 64 bits, and the rule below it.
Result<Zone> Zone::read(std::string_view bytes) {
  auto broken = fail(Code::invalid, "not the file of a time zone");
  Counts first;
  if (!read_counts(bytes, first) || bytes.size() < header_bytes + first.size(4)) return broken;
  bytes.remove_prefix(header_bytes + first.size(4));
  Counts counts;
  if (!read_counts(bytes, counts) || bytes.size() < header_bytes + counts.size(8)) return broken;
  bytes.remove_prefix(header_bytes);

  std::size_t types_at = counts.changes * 9;
  auto offset_of = [&](std::size_t type) {
    return Offset(type < counts.types ? number_at(bytes, types_at + type * 6, 4) : 0);
  };
  Zone zone;
  zone.first_ = offset_of(0);
  for (std::size_t i = 0; i < counts.changes; ++i) {
    auto type = static_cast<unsigned char>(bytes[counts.changes * 8 + i]);
    zone.changes_.push_back({.at = Seconds(seconds(number_at(bytes, i * 8, 8))), .offset = offset_of(type)});
  }
  std::string_view rule = bytes.substr(counts.size(8));
  if (rule.size() < 2 || rule.front() != '\n' || rule.back() != '\n') return broken;
  auto parsed = ZoneRule::parse(rule.substr(1, rule.size() - 2));
  if (!parsed) return broken;
  zone.rule_ = *parsed;
  return zone;
}

Offset Zone::offset_at(Seconds at) const {
  if (changes_.empty() || at >= changes_.back().at) return rule_.offset_at(at);
  auto next = std::ranges::upper_bound(changes_, at, {}, &Change::at);
  return next == changes_.begin() ? first_ : std::prev(next)->offset;
}

LocalSeconds Zone::local(Seconds at) const { return LocalSeconds(at.time_since_epoch() + offset_at(at)); }

Seconds Zone::instant(LocalSeconds local) const {
  Seconds as_if_utc(local.time_since_epoch());
  Offset before = offset_at(as_if_utc - days(1));
  Offset after = offset_at(as_if_utc + days(1));
  for (Offset offset : {std::max(before, after), std::min(before, after)})
    if (offset_at(as_if_utc - offset) == offset) return as_if_utc - offset;
  return as_if_utc - before;
}

}  // namespace weir::schedule
