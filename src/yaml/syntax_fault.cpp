#include "yaml/syntax_fault.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include "yaml/quotes.h"

namespace weir::yaml {
namespace {

namespace theirs = YAML::ErrorMsg;

struct Wording {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
};

constexpr std::string_view misplaced_line = "this does not fit what is above it";
constexpr std::string_view line_it_up =
    "line it up with the mapping or list it belongs to, and write key: value or - item";

const auto wordings = std::to_array<Wording>({
    {theirs::MAP_VALUE, "a ':' is not allowed here",
     "check the indentation, and put quotes around text that contains ': '"},
    {theirs::MAP_KEY, "a key is not allowed here", "check the indentation"},
    {theirs::BLOCK_ENTRY, "a '- ' is not allowed here", "start the list on a line of its own"},
    {theirs::END_OF_MAP, misplaced_line, line_it_up},
    {theirs::END_OF_SEQ, misplaced_line, line_it_up},
    {theirs::FLOW_END, "this bracket closes nothing", "remove it, or open the bracket it belongs to"},
    {theirs::UNKNOWN_TOKEN, "a value cannot start with this character", "put quotes around the value"},
    {theirs::UNKNOWN_ANCHOR, "this alias names no anchor", "define it above with &name"},
    {theirs::CHAR_IN_BLOCK, "text must start on the line after '|' or '>'",
     "move it to the next line, indented"},
    {theirs::MULTIPLE_ANCHORS, "a value can have one anchor only", "remove the other"},
    {theirs::MULTIPLE_TAGS, "a value can have one tag only", "remove the other"},
});

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

/// A tab in the indentation of the line that contains `at`.
std::optional<Position> indenting_tab(std::string_view text, Position at) {
  auto newline = at == 0 ? text.npos : text.rfind('\n', at - 1);
  Position start = newline == text.npos ? 0 : newline + 1;
  auto blank_end = std::min(text.find_first_not_of(" \t", start), text.size());
  auto tab = text.find('\t', start);
  if (tab >= blank_end || tab > at) return std::nullopt;
  return tab;
}

/// An escape such as \q: their position is that of the character after the backslash or beyond.
void add_escape_fault(Faults& faults, const SyntaxProblem& problem) {
  faults.add(problem.at, "this is no escape of a double-quoted text",
             "write \\\\ for a backslash, or use single quotes, where a backslash means itself");
}

}  // namespace

void add_syntax_fault(Faults& faults, std::string_view text, const SyntaxProblem& problem) {
  if (auto tab = indenting_tab(text, problem.at)) {
    return faults.add(*tab, "a tab cannot indent YAML", "indent with spaces");
  }
  if (problem.open_bracket &&
      is_one_of(problem.message, {theirs::END_OF_MAP_FLOW, theirs::END_OF_SEQ_FLOW})) {
    char bracket = text[*problem.open_bracket];
    return faults.add(*problem.open_bracket, fmt::format("this '{}' is not closed properly", bracket),
                      bracket == '{'
                          ? "put a ',' between its items, a blank after each ':' and a '}' after the last"
                          : "put a ',' between its items and a ']' after the last");
  }
  if (is_one_of(problem.message, {theirs::EOF_IN_SCALAR, theirs::DOC_IN_SCALAR})) {
    return add_unclosed_quote(faults, next_opening_quote(text, problem.last_event).value_or(problem.at));
  }
  bool escape = problem.message.starts_with(theirs::INVALID_ESCAPE) ||
                problem.message.starts_with(theirs::INVALID_UNICODE) ||
                problem.message == theirs::INVALID_HEX;
  if (escape) return add_escape_fault(faults, problem);

  auto wording = std::ranges::find(wordings, problem.message, &Wording::theirs);
  if (wording != wordings.end()) {
    return faults.add(problem.at, std::string(wording->message), std::string(wording->hint));
  }
  faults.add(problem.at, fmt::format("not YAML: {}", problem.message));
}

}  // namespace weir::yaml
