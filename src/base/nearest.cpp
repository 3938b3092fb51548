#include "base/nearest.h"

#include <algorithm>
#include <vector>

#include <fmt/ranges.h>

namespace weir {
namespace {

constexpr std::size_t listed_max = 12;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Optimal string alignment distance; names are short, so the quadratic table is fine.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates) {
  std::string wanted = lower(typed);
  const std::string* best = nullptr;
  std::size_t best_cost = 0;
  for (const auto& candidate : candidates) {
    std::string name = lower(candidate);
    std::size_t allowed =
        std::max<std::size_t>(1, std::min<std::size_t>(3, std::max(name.size(), wanted.size()) / 3));
    std::size_t cost = edits(wanted, name);
    bool prefix = wanted.size() >= 3 && name.starts_with(wanted);
    if (cost > allowed && !prefix) continue;
    if (!best || cost < best_cost) {
      best = &candidate;
      best_cost = cost;
    }
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::string suggest(std::string_view typed, std::span<const std::string> candidates) {
  if (auto near = nearest(typed, candidates)) return fmt::format("did you mean '{}'?", *near);
  if (candidates.empty() || candidates.size() > listed_max) return {};
  return fmt::format("known: {}", fmt::join(candidates, ", "));
}

}  // namespace weir
