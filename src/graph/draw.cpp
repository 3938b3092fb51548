#include "graph/draw.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"
#include "graph/dot.h"
#include "graph/graph_json.h"
#include "graph/mermaid.h"
#include "graph/svg.h"

namespace weir::graph {
namespace {

using Named = std::pair<std::string_view, Format>;

constexpr std::array<Named, 5> by_name = {{{"tree", Format::tree},
                                           {"mermaid", Format::mermaid},
                                           {"dot", Format::dot},
                                           {"json", Format::json},
                                           {"svg", Format::svg}}};

constexpr std::array<Named, 6> by_ending = {{{".svg", Format::svg},
                                             {".json", Format::json},
                                             {".dot", Format::dot},
                                             {".gv", Format::dot},
                                             {".mmd", Format::mermaid},
                                             {".mermaid", Format::mermaid}}};

}  // namespace

Result<Format> format_named(std::string_view name) {
  auto found = std::ranges::find(by_name, name, &Named::first);
  if (found != by_name.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& named : by_name) names.emplace_back(named.first);
  return fail(Code::invalid, fmt::format("there is no format '{}'", name), suggest(name, names));
}

Format format_for_file(std::string_view file) {
  auto found =
      std::ranges::find_if(by_ending, [&](const Named& named) { return file.ends_with(named.first); });
  return found == by_ending.end() ? Format::tree : found->second;
}

std::string draw(const Graph& graph, Format format, Charset charset) {
  switch (format) {
    case Format::tree:
      return tree_of(graph, charset);
    case Format::mermaid:
      return mermaid_of(graph);
    case Format::dot:
      return dot_of(graph);
    case Format::json:
      return to_pretty_text(to_json(graph)) + "\n";
    case Format::svg:
      return svg_of(graph);
  }
  std::unreachable();
}

}  // namespace weir::graph
