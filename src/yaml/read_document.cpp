#include <algorithm>
#include <istream>
#include <spanstream>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "yaml/document.h"
#include "yaml/syntax_fault.h"
#include "yaml/tree_builder.h"
#include "yaml/utf8.h"

namespace weir::yaml {
namespace {

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

}  // namespace

std::optional<Document> read_document(std::string_view text, Faults& faults) {
  if (!is_text(text, faults)) return std::nullopt;
  TreeBuilder builder(text, faults);
  bool fine_before = faults.empty();
  parse(text, builder, faults);
  auto document = builder.take();
  if (!document && fine_before && faults.empty()) faults.add(0, "the file is empty");
  return document;
}

}  // namespace weir::yaml
