// A run that another process executes, as its history tells it: read, and read on as it grows. Takes no lease and
// disturbs nobody.
#pragma once

#include <functional>

#include "core/run.h"
#include "store/store.h"

namespace weir::cli {

/// Whether a process executes the run. One that was killed while it started a child holds the run until the child has
/// begun its own program, a moment later: that moment is waited for.
bool is_executed(store::Store& store, const store::RunSummary& run);

class WatchedRun {
 public:
  /// Nothing is read before the first read_on().
  WatchedRun(store::Store& store, store::RunSummary summary) : store_(&store), summary_(std::move(summary)) {}

  const store::RunSummary& summary() const { return summary_; }
  const core::Run& run() const { return run_; }

  /// Applies the events since the last call, at the first all there are, and hands each to `seen`.
  Result<void> read_on(const std::function<void(const core::Event&)>& seen);

  /// True when the run goes on and no process executes it, at several calls in a row: one that has just begun is not
  /// held yet. Ask after read_on(), or a run that has ended meanwhile looks abandoned.
  bool is_abandoned();

 private:
  store::Store* store_;
  store::RunSummary summary_;
  core::Run run_{};
  std::int64_t sequence_ = 0;
  int looks_without_holder_ = 0;
};

}  // namespace weir::cli
