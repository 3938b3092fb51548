#include "cli/watched_run.h"

namespace weir::cli {
namespace {

constexpr int looks_to_believe = 3;

}  // namespace

Result<void> WatchedRun::read_on(const std::function<void(const core::Event&)>& seen) {
  auto sequence = store_->read_history(summary_.number, sequence_, [&](const core::Event& event) {
    run_.apply(event);
    seen(event);
  });
  if (!sequence) return std::unexpected(sequence.error());
  sequence_ = *sequence;
  return {};
}

bool WatchedRun::is_abandoned() {
  bool held = is_terminal(run_.state()) || store_->is_leased(summary_);
  looks_without_holder_ = held ? 0 : looks_without_holder_ + 1;
  return looks_without_holder_ >= looks_to_believe;
}

}  // namespace weir::cli
