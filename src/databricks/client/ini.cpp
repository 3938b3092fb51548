#include "databricks/client/ini.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::databricks {
namespace {

constexpr std::string_view white = " \t\r";

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(white);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::string_view without_comment(std::string_view line) {
  if (line.starts_with('#') || line.starts_with(';')) return {};
  auto comment = std::min(line.find(" #"), line.find("\t#"));
  return trimmed(line.substr(0, comment));
}

IniSection& section_named(std::vector<IniSection>& sections, std::string_view name) {
  auto found = std::ranges::find(sections, name, &IniSection::name);
  if (found != sections.end()) return *found;
  return sections.emplace_back(IniSection{.name = std::string(name)});
}

}  // namespace

std::optional<std::string> IniSection::value(std::string_view key) const {
  auto found =
      std::ranges::find(values.rbegin(), values.rend(), key, &std::pair<std::string, std::string>::first);
  if (found == values.rend() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<std::vector<IniSection>> parse_ini(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<IniSection> sections;
  std::string current = "DEFAULT";
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = without_comment(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (line.front() == '[') {
      if (line.back() != ']')
        return fail(Code::invalid, fmt::format("{}: '{}' has no closing ]", number, line));
      current = trimmed(line.substr(1, line.size() - 2));
      section_named(sections, current);
      continue;
    }
    auto separator = line.find_first_of("=:");
    // The line itself stays out of the message: it may hold a secret.
    if (separator == line.npos) return fail(Code::invalid, fmt::format("{}: expected 'key = value'", number));
    section_named(sections, current)
        .values.emplace_back(trimmed(line.substr(0, separator)), trimmed(line.substr(separator + 1)));
  }
  return sections;
}

}  // namespace weir::databricks
