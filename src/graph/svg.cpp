#include "graph/svg.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "graph/layout.h"
#include "graph/text.h"

namespace weir::graph {
namespace {

// Fonts of fixed width, so that the size of a text follows from its length.
constexpr double key_character_width = 7.9;
constexpr double detail_character_width = 6.7;
constexpr std::size_t key_shown_max = 36;
constexpr std::size_t detail_shown_max = 42;
constexpr double padding = 12;
constexpr double first_line = 20;
constexpr double line_height = 16;
constexpr double below_last_line = 10;

constexpr std::string_view style = R"(<style>
  .paper { fill: #ffffff }
  .box { fill: #f3f6fa; stroke: #8296b0; stroke-width: 1.2 }
  .open { fill: none; stroke-dasharray: 5 4 }
  .key { font: bold 13px ui-monospace, "DejaVu Sans Mono", monospace; fill: #1c2733 }
  .detail { font: 11px ui-monospace, "DejaVu Sans Mono", monospace; fill: #566a80 }
  .edge { fill: none; stroke: #8296b0; stroke-width: 1.4; marker-end: url(#tip) }
  .order { stroke-dasharray: 5 4 }
  #tip path { fill: #8296b0 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12181f } .box { fill: #1d2732 } .open { fill: none }
    .key { fill: #e6edf5 } .detail { fill: #9fb2c7 }
  }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse"
  orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
)";

/// What a box says: its first line, and smaller ones below.
struct Label {
  std::string key{};
  std::vector<std::string> details{};
};

Label label_of(const Node& node) {
  Label label{node.key};
  if (!node.kind.empty()) label.details.push_back(node.kind);
  if (!node.marks.empty()) label.details.push_back(marks_text(node));
  return label;
}

double width_of(const Label& label) {
  auto width = static_cast<double>(std::min(length_of(label.key), key_shown_max)) * key_character_width;
  for (const auto& detail : label.details) {
    auto length = static_cast<double>(std::min(length_of(detail), detail_shown_max));
    width = std::max(width, length * detail_character_width);
  }
  return width + 2 * padding;
}

double height_of(const Label& label) {
  return first_line + static_cast<double>(label.details.size()) * line_height + below_last_line;
}

class Picture {
 public:
  explicit Picture(const Graph& graph) : graph_(graph) {
    for (const auto& node : graph.nodes) labels_.push_back(label_of(node));
    for (const auto& edge : graph.edges) links_.emplace_back(edge.from, edge.to);
    if (graph.grows_after) {
      links_.emplace_back(*graph.grows_after, static_cast<Slot>(labels_.size()));
      labels_.push_back({"…", {growth_text(graph)}});
    }
    std::vector<double> widths;
    for (const auto& label : labels_) widths.push_back(width_of(label));
    for (const auto& label : labels_) box_height_ = std::max(box_height_, height_of(label));
    layout_ = lay_out(widths, box_height_, links_);
  }

  std::string draw() {
    out_.reserve(labels_.size() * 400 + links_.size() * 120 + style.size());
    write(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<title>{2}</title>\n",
        layout_.width, layout_.height, xml_text(graph_.flow));
    out_ += style;
    out_ += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
    for (std::size_t i = 0; i < links_.size(); ++i) draw_edge(i);
    for (std::size_t i = 0; i < labels_.size(); ++i) draw_box(i);
    return std::move(out_) + "</svg>\n";
  }

 private:
  template <class... T>
  void write(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<T>(values)...);
  }

  void draw_edge(std::size_t edge) {
    bool reads = edge < graph_.edges.size() && graph_.edges[edge].kind == EdgeKind::data;
    const auto& route = layout_.routes[edge];
    write("<path class=\"{}\" d=\"M{:.1f} {:.1f}", reads ? "edge" : "edge order", route[0].x, route[0].y);
    for (std::size_t i = 1; i < route.size(); ++i) {
      const auto& from = route[i - 1];
      const auto& to = route[i];
      if (from.y == to.y) {
        write("H{:.1f}", to.x);
      } else {
        double middle = (from.x + to.x) / 2;
        write("C{0:.1f} {1:.1f} {0:.1f} {2:.1f} {3:.1f} {2:.1f}", middle, from.y, to.y, to.x);
      }
    }
    out_ += "\"/>\n";
  }

  void draw_box(std::size_t node) {
    const auto& [key, details] = labels_[node];
    const auto& [corner, width] = layout_.boxes[node];
    bool is_task = node < graph_.nodes.size();
    write("<g transform=\"translate({:.1f} {:.1f})\"><title>{}", corner.x, corner.y, xml_text(key));
    for (const auto& detail : details) write("\n{}", xml_text(detail));
    write("</title><rect class=\"{}\" width=\"{:.1f}\" height=\"{}\" rx=\"7\"/>",
          is_task ? "box" : "box open", width, box_height_);
    double y = first_line + (box_height_ - height_of(labels_[node])) / 2;
    draw_line("key", y, shortened(key, key_shown_max));
    for (const auto& detail : details)
      draw_line("detail", y += line_height, shortened(detail, detail_shown_max));
    out_ += "</g>\n";
  }

  void draw_line(std::string_view role, double y, std::string_view text) {
    write("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", role, padding, y, xml_text(text));
  }

  const Graph& graph_;
  std::vector<Label> labels_{};
  std::vector<Link> links_{};
  double box_height_ = 0;
  Layout layout_{};
  std::string out_{};
};

}  // namespace

std::string svg_of(const Graph& graph) { return Picture(graph).draw(); }

}  // namespace weir::graph
