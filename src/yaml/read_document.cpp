#include <algorithm>
#include <istream>
#include <spanstream>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/utf8.h"
#include "yaml/document.h"
#include "yaml/syntax_fault.h"
#include "yaml/tree_builder.h"

namespace weir::yaml {
namespace {

/// All but tab, line feed and carriage return: text has no use for them.
std::optional<std::size_t> first_control_character(std::string_view text) {
  auto found = std::ranges::find_if(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

/// yaml-cpp would replace bad bytes silently, guess at UTF-16, and take a control character for the end of
/// the file.
bool is_text(std::string_view bytes, Faults& faults) {
  if (auto at = first_byte_not_utf8(bytes)) {
    faults.add(*at, "not UTF-8 text", "save the file as UTF-8");
    return false;
  }
  if (auto at = first_control_character(bytes)) {
    faults.add(*at,
               fmt::format("the control character U+{:04X} is not allowed", static_cast<int>(bytes[*at])),
               "remove it, or write it as an escape in double quotes");
    return false;
  }
  return true;
}

/// The one place that calls yaml-cpp, and so the one that catches its exceptions.
void parse(std::string_view text, TreeBuilder& builder, Faults& faults) {
  try {
    std::ispanstream stream(text);
    YAML::Parser parser(stream);
    bool more = parser.HandleNextDocument(builder);
    if (more && !builder.stopped()) parser.HandleNextDocument(builder);
  } catch (const YAML::DeepRecursion& error) {
    if (!builder.stopped())
      faults.add(builder.last_event(), fmt::format("nested deeper than {} levels", depth_max));
  } catch (const YAML::Exception& error) {
    if (builder.stopped()) return;
    auto at = std::min(static_cast<Position>(std::max(error.mark.pos, 0)), text.size());
    add_syntax_fault(faults, text, {at, error.msg, builder.last_event(), builder.open_bracket()});
  }
}

/// yaml-cpp says nothing of an outermost bracket before it has found its end, and until then each of these costs it
/// some 270 bytes.
constexpr std::string_view remembered = "[{,";
constexpr std::size_t remembered_first = 10'000;

/// The beginning of `text` with `count` of them, or all of it.
std::string_view beginning_with(std::string_view text, std::size_t count) {
  auto is_remembered = [](char c) { return remembered.contains(c); };
  auto end = std::ranges::find_if(text, [&](char c) { return is_remembered(c) && count-- == 0; });
  return {text.begin(), end};
}

/// Finds, and reports, what is too deep or too much before yaml-cpp has to keep all of it: a text with very many
/// brackets and commas is read in growing beginnings first. Every level may count twice there, since yaml-cpp takes a
/// bracket that is still open at the end for the key of a mapping.
bool breaks_limits(std::string_view text, Faults& faults) {
  constexpr Limits limits{.nodes = nodes_max + depth_max, .depth = 2 * depth_max};
  for (std::size_t count = remembered_first;; count *= 2) {
    auto beginning = beginning_with(text, count);
    if (beginning.size() == text.size()) return false;
    Faults seen = faults;
    TreeBuilder builder(text, seen, limits);
    parse(beginning, builder, seen);
    if (!builder.stopped()) continue;
    faults = std::move(seen);
    return true;
  }
}

}  // namespace

std::optional<Document> read_document(std::string_view text, Faults& faults) {
  if (!is_text(text, faults) || breaks_limits(text, faults)) return std::nullopt;
  TreeBuilder builder(text, faults);
  bool fine_before = faults.empty();
  parse(text, builder, faults);
  auto document = builder.take();
  if (!document && fine_before && faults.empty()) faults.add(0, "the file is empty");
  return document;
}

}  // namespace weir::yaml
