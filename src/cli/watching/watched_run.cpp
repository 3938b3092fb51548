#include "cli/watching/watched_run.h"

#include <chrono>
#include <thread>

namespace weir::cli {
namespace {

constexpr int looks_to_believe = 3;
constexpr int looks_for_a_dying_process = 30;
constexpr int looks_for_what_it_left = 1000;
constexpr std::chrono::milliseconds between_looks{10};

}  // namespace

bool is_executed(store::Store& store, const store::RunSummary& run) {
  for (int look = 0; look < looks_for_what_it_left; ++look) {
    if (!store.is_leased(run)) return false;
    if (look >= looks_for_a_dying_process && !store.is_being_left(run)) return true;
    std::this_thread::sleep_for(between_looks);
  }
  return true;
}

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
