#include "api/task_ends.h"

#include <algorithm>
#include <numeric>

namespace weir::api {
namespace {

/// Whether `key` is an element that the run will never have: its stage has ended without it.
bool will_never_be(const core::Run& run, const std::string& key) {
  auto stage = run.index_of(key.substr(0, key.find('[')));
  return stage && is_terminal(run.state(*stage));
}

}  // namespace

std::vector<std::size_t> TaskEnds::begin(const core::Run& run) {
  unknown_.resize(keys_.size());
  std::iota(unknown_.begin(), unknown_.end(), 0);
  return find_unknown(run);
}

std::vector<std::size_t> TaskEnds::see(const core::Run& run, const core::Event& event) {
  std::vector<std::size_t> ended;
  auto [first, count] = core::ended_tasks(event.fact);
  for (auto it = pending_.begin(); count > 1 && it != pending_.end();) {
    bool is_among = it->first >= first && it->first - first < count;
    if (is_among) ended.push_back(it->second);
    it = is_among ? pending_.erase(it) : std::next(it);
  }
  if (count == 1) {
    auto [from, to] = pending_.equal_range(first);
    for (auto it = from; it != to; ++it) ended.push_back(it->second);
    pending_.erase(from, to);
  }
  bool may_know_more = std::holds_alternative<core::StageExpanded>(event.fact) || count > 0;
  if (may_know_more && !unknown_.empty()) std::ranges::copy(find_unknown(run), std::back_inserter(ended));
  return ended;
}

/// Looks for the tasks that were not there before; returns those that have ended, in the order in which they did.
std::vector<std::size_t> TaskEnds::find_unknown(const core::Run& run) {
  std::vector<std::pair<std::uint32_t, std::size_t>> ended;
  std::erase_if(unknown_, [&](std::size_t position) {
    const auto& key = keys_[position];
    auto task = run.index_of(key);
    if (task && !is_terminal(run.state(*task))) {
      pending_.emplace(*task, position);
    } else if (task || will_never_be(run, key)) {
      ended.emplace_back(task ? run.end_order(*task) : 0, position);
    } else {
      return false;
    }
    return true;
  });
  std::ranges::sort(ended);
  std::vector<std::size_t> positions;
  for (auto [order, position] : ended) positions.push_back(position);
  return positions;
}

}  // namespace weir::api
