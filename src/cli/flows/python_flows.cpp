#include "cli/flows/python_flows.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>

namespace weir::cli {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

bool is_name_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || (letter & 0x80) != 0;
}

std::string_view line_at(std::string_view text, std::size_t begin) {
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// "def name(" or "async def name(" → name; empty for other lines.
std::string_view defined_name(std::string_view line) {
  for (std::string_view word : {"async ", "def "}) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
    if (line.starts_with(word))
      line.remove_prefix(word.size());
    else if (word == "def ")
      return {};
  }
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
  std::size_t length = 0;
  while (length < line.size() && is_name_letter(line[length])) ++length;
  return line.substr(0, length);
}

bool is_flow_decorator(std::string_view line) {
  for (std::string_view start : {"@flow", "@weir.flow"}) {
    if (line.starts_with(start) && (line.size() == start.size() || !is_name_letter(line[start.size()])))
      return true;
  }
  return false;
}

/// The value of name="…" among the arguments of a decorator.
std::string given_name(std::string_view decorator) {
  static const std::regex name(R"re(\bname\s*=\s*["']([^"']*)["'])re");
  std::match_results<std::string_view::const_iterator> found;
  return std::regex_search(decorator.begin(), decorator.end(), found, name) ? found[1].str() : "";
}

}  // namespace

std::vector<std::string> flows_in_text(std::string_view text) {
  std::vector<std::string> flows;
  std::size_t decorator = text.npos;  // where one begins whose function is still to come
  for (std::size_t begin = 0; begin < text.size(); begin += line_at(text, begin).size() + 1) {
    auto line = line_at(text, begin);
    if (decorator == text.npos && is_flow_decorator(line)) decorator = begin;
    auto name = defined_name(line);
    if (decorator == text.npos || name.empty()) continue;
    auto given = given_name(text.substr(decorator, begin - decorator));
    flows.push_back(given.empty() ? std::string(name) : given);
    decorator = text.npos;
  }
  return flows;
}

std::vector<std::string> python_flows(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  std::string text(file_bytes_max, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(input.gcount(), 0)));
  return flows_in_text(text);
}

}  // namespace weir::cli
