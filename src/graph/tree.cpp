#include "graph/tree.h"

#include <array>
#include <deque>

#include <fmt/format.h>

namespace weir::graph {
namespace {

/// Levels below a task at the margin; what is deeper gets a place of its own at the margin.
constexpr std::size_t levels_max = 16;

struct Glyphs {
  std::string_view branch, last, bar;
  std::array<std::string_view, 2> line;  ///< by EdgeKind
  std::string_view above, below, more, separator;
};

constexpr Glyphs unicode{"├", "└", "│", {"──", "╌╌"}, "↑", "↓", "…", " · "};
constexpr Glyphs ascii{"|", "`", "|", {"--", ".."}, "^", "v", "...", ", "};

std::string_view line_for(const Glyphs& glyphs, EdgeKind kind) {
  return glyphs.line[static_cast<std::size_t>(kind)];
}

class TreeDrawing {
 public:
  TreeDrawing(const Graph& graph, const Glyphs& glyphs)
      : graph_(graph), glyphs_(glyphs), leaving_(edges_from(graph)), place_(graph.nodes.size()) {}

  std::string draw() {
    auto tasks = graph_.nodes.size();
    out_ = fmt::format("{}{}{} {}\n\n", graph_.flow, glyphs_.separator, tasks, tasks == 1 ? "task" : "tasks");
    std::vector<bool> waits(tasks);
    for (const auto& edge : graph_.edges) waits[edge.to] = true;
    for (Index node = 0; node < tasks; ++node) {
      if (!waits[node]) draw_at_margin(node);
    }
    if (graph_.grows_after) out_ += fmt::format("{} {}\n", glyphs_.more, growth_text(graph_));
    draw_legend();
    return std::move(out_);
  }

 private:
  enum class Place : std::uint8_t { none, above, below };

  void draw_at_margin(Index root) {
    postponed_.push_back(root);
    while (!postponed_.empty()) {
      Index node = postponed_.front();
      postponed_.pop_front();
      draw_whole(node, "", 0);
    }
  }

  void draw_whole(Index node, const std::string& indent, std::size_t level) {
    place_[node] = Place::above;
    const auto& [key, kind, marks] = graph_.nodes[node];
    out_ += key;
    if (!kind.empty()) out_ += "  " + kind;
    if (!marks.empty()) out_ += "  " + marks_text(graph_.nodes[node], glyphs_.separator);
    out_ += '\n';
    for (Index edge : leaving_[node]) draw_edge(edge, edge == leaving_[node].back(), indent, level + 1);
  }

  void draw_edge(Index index, bool is_last, const std::string& indent, std::size_t level) {
    const auto& edge = graph_.edges[index];
    used_line_[static_cast<std::size_t>(edge.kind)] = true;
    out_ +=
        fmt::format("{}{}{} ", indent, is_last ? glyphs_.last : glyphs_.branch, line_for(glyphs_, edge.kind));
    if (place_[edge.to] == Place::none && level >= levels_max && !leaving_[edge.to].empty())
      postpone(edge.to);
    if (place_[edge.to] == Place::none) {
      draw_whole(edge.to, fmt::format("{}{}   ", indent, is_last ? " " : glyphs_.bar), level);
    } else {
      draw_reference(edge.to);
    }
  }

  void postpone(Index node) {
    place_[node] = Place::below;
    postponed_.push_back(node);
  }

  void draw_reference(Index node) {
    bool above = place_[node] == Place::above;
    (above ? used_above_ : used_below_) = true;
    out_ += fmt::format("{} {}\n", graph_.nodes[node].key, above ? glyphs_.above : glyphs_.below);
  }

  /// Explains the signs that were used, and no others.
  void draw_legend() {
    std::string legend;
    auto add = [&](bool used, std::string_view sign, std::string_view meaning) {
      if (used) legend += fmt::format("{}{} {}", legend.empty() ? "" : "   ", sign, meaning);
    };
    add(used_line_[0], glyphs_.line[0], "reads the result");
    add(used_line_[1], glyphs_.line[1], "only waits");
    add(used_above_, glyphs_.above, "shown above");
    add(used_below_, glyphs_.below, "shown below");
    if (!legend.empty()) out_ += fmt::format("\n{}\n", legend);
  }

  const Graph& graph_;
  const Glyphs& glyphs_;
  const std::vector<std::vector<Index>> leaving_;
  std::vector<Place> place_;
  std::deque<Index> postponed_{};
  std::array<bool, 2> used_line_{};
  bool used_above_ = false;
  bool used_below_ = false;
  std::string out_{};
};

}  // namespace

std::string tree_of(const Graph& graph, Charset charset) {
  return TreeDrawing(graph, charset == Charset::unicode ? unicode : ascii).draw();
}

}  // namespace weir::graph
