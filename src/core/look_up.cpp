#include "core/look_up.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::core {
namespace {

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";
constexpr std::size_t shown_length_max = 60;

bool is_step_byte(char c) {
  auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '-' || byte >= 0x80;
}

bool is_bare_step(std::string_view step) { return !step.empty() && std::ranges::all_of(step, is_step_byte); }

/// Reads from the front of a text; every take_… leaves the text alone when it does not apply.
struct Cursor {
  std::string_view rest;

  void skip_blanks() { rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size())); }

  bool take(std::string_view expected) {
    if (!rest.starts_with(expected)) return false;
    rest.remove_prefix(expected.size());
    return true;
  }

  std::optional<std::string> take_quoted() {
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) return std::nullopt;
    auto end = rest.find(rest.front(), 1);
    if (end == rest.npos) return std::nullopt;
    std::string inside(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return inside;
  }

  std::optional<std::string> take_bare_step() {
    auto end = std::ranges::find_if_not(rest, is_step_byte);
    std::string step(rest.begin(), end);
    if (step.empty()) return std::nullopt;
    rest.remove_prefix(step.size());
    return step;
  }

  /// ['a.b'] or [0]
  std::optional<std::string> take_bracketed_step() {
    Cursor ahead = *this;
    if (!ahead.take("[")) return std::nullopt;
    auto step = ahead.take_quoted();
    if (!step) step = ahead.take_bare_step();
    if (!step || !ahead.take("]")) return std::nullopt;
    *this = ahead;
    return step;
  }

  /// .name or ['a.b']
  std::optional<std::string> take_next_step() {
    if (auto step = take_bracketed_step()) return step;
    Cursor ahead = *this;
    if (!ahead.take(".")) return std::nullopt;
    auto step = ahead.take_bare_step();
    if (step) *this = ahead;
    return step;
  }
};

/// The look-up at the front of `text` as it was written, shortened for a message.
std::string shown(std::string_view text) {
  auto end = text.find(closing);
  text = text.substr(0, end == text.npos ? text.npos : end + closing.size());
  if (text.size() <= shown_length_max) return std::string(text);
  std::size_t cut = shown_length_max;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "…";
}

std::unexpected<Error> not_a_look_up(std::string_view text, std::string_view rest) {
  if (text.find(closing) == text.npos) {
    return fail(Code::invalid, fmt::format("'{}' is not closed", shown(text)), "end the look-up with }}");
  }
  Cursor empty{text.substr(opening.size())};
  empty.skip_blanks();
  if (empty.take(closing)) {
    return fail(Code::invalid, fmt::format("'{}' is empty", shown(text)),
                "name what to look up, for example {{ parameters.region }}");
  }
  auto stop = rest.substr(0, std::max<std::size_t>(1, std::min(rest.find_first_of(" \t\r\n}"), rest.size())));
  return fail(Code::invalid,
              fmt::format("'{}' is not a look-up: '{}' is not expected there", shown(text), shown(stop)),
              "look-ups name a value, such as {{ parameters.region }} or {{ tasks['a.b'].result }}; they do "
              "not compute");
}

std::unexpected<Error> unknown_root(const std::string& written, const std::string& root) {
  constexpr std::string_view otherwise =
      "look up parameters, tasks, run or flow; quoted text stands for itself: {{ '{{job.run_id}}' }}";
  const std::vector<std::string> roots = {"parameters", "tasks", "run", "flow", "item", "index"};
  auto meant = root.starts_with("param") ? std::optional<std::string>("parameters") : nearest(root, roots);
  return fail(Code::invalid, fmt::format("'{}' looks up '{}', which does not exist", written, root),
              meant ? fmt::format("did you mean '{}'?", *meant) : std::string(otherwise));
}

Result<void> check_task_path(const std::string& written, const Path& path) {
  if (path.size() < 2) {
    return fail(Code::invalid, fmt::format("'{}' names no task", written), "write {{ tasks.<key>.result }}");
  }
  if (path.size() > 2 && path[2] == "result") return {};
  auto message = fmt::format("'{}' must go on with .result after the task", written);
  auto result = std::ranges::find(path, "result");
  if (result != path.end() && result - path.begin() > 2) {
    std::string key = path[1];
    for (auto step = path.begin() + 2; step != result; ++step) key += "." + *step;
    return fail(Code::invalid, message,
                fmt::format("a key with dots goes in brackets: tasks['{}'].result", key));
  }
  Path corrected = path;
  bool misspelt = path.size() > 2 && nearest(path[2], std::array{std::string("result")});
  if (misspelt) {
    corrected[2] = "result";
  } else {
    corrected.insert(corrected.begin() + 2, "result");
  }
  return fail(Code::invalid, message, fmt::format("write {{{{ {} }}}}", to_text(corrected)));
}

Result<void> check_members(const std::string& written, const Path& path,
                           std::span<const std::string> members) {
  if (path.size() < 2) {
    return fail(Code::invalid, fmt::format("'{}' must name a member of '{}'", written, path[0]),
                fmt::format("for example {{{{ {}.{} }}}}", path[0], members.front()));
  }
  if (std::ranges::find(members, path[1]) == members.end()) {
    return fail(Code::invalid, fmt::format("'{}': {} has no member '{}'", written, path[0], path[1]),
                suggest(path[1], members));
  }
  if (path.size() == 2) return {};
  return fail(Code::invalid,
              fmt::format("'{}': {}.{} is text and has no members", written, path[0], path[1]));
}

Result<void> check_path(const std::string& written, const Path& path) {
  static const std::vector<std::string> run_members = {"id", "name"};
  static const std::vector<std::string> flow_members = {"name"};
  if (path[0] == "tasks") return check_task_path(written, path);
  if (path[0] == "run") return check_members(written, path, run_members);
  if (path[0] == "flow") return check_members(written, path, flow_members);
  if (path[0] == "item") return {};
  if (path[0] == "index") {
    if (path.size() == 1) return {};
    return fail(Code::invalid, fmt::format("'{}': index is a number and has no members", written));
  }
  if (path[0] != "parameters") return unknown_root(written, path[0]);
  if (path.size() >= 2) return {};
  return fail(Code::invalid, fmt::format("'{}' names no parameter", written),
              "write {{ parameters.<name> }}");
}

/// Takes the look-up at the front of `text`.
Result<Piece> take_look_up(std::string_view& text) {
  Cursor cursor{text.substr(opening.size())};
  Piece piece;
  cursor.skip_blanks();
  if (auto quoted = cursor.take_quoted()) {
    piece.text = *quoted;
  } else if (auto root = cursor.take_bare_step()) {
    piece.path.push_back(*root);
    while (auto step = cursor.take_next_step()) piece.path.push_back(*step);
  } else {
    return not_a_look_up(text, cursor.rest);
  }
  cursor.skip_blanks();
  if (!cursor.take(closing)) return not_a_look_up(text, cursor.rest);
  if (!piece.path.empty()) {
    if (auto checked = check_path(shown(text), piece.path); !checked) return std::unexpected(checked.error());
  }
  text = cursor.rest;
  return piece;
}

void append(std::vector<Piece>& pieces, Piece piece) {
  if (!piece.path.empty()) {
    pieces.push_back(std::move(piece));
  } else if (!pieces.empty() && pieces.back().path.empty()) {
    pieces.back().text += piece.text;
  } else if (!piece.text.empty()) {
    pieces.push_back(std::move(piece));
  }
}

}  // namespace

Result<std::vector<Piece>> split_template(std::string_view text) {
  std::vector<Piece> pieces;
  while (true) {
    auto start = text.find(opening);
    append(pieces, {.text = std::string(text.substr(0, start))});
    if (start == text.npos) return pieces;
    text.remove_prefix(start);
    auto piece = take_look_up(text);
    if (!piece) return std::unexpected(piece.error());
    append(pieces, std::move(*piece));
  }
}

std::string to_text(std::span<const std::string> path) {
  std::string text;
  for (const auto& step : path) {
    char quote = step.find('\'') == step.npos ? '\'' : '"';
    if (!is_bare_step(step)) {
      text += fmt::format("[{}{}{}]", quote, step, quote);
    } else {
      text += (text.empty() ? "" : ".") + step;
    }
  }
  return text;
}

}  // namespace weir::core
