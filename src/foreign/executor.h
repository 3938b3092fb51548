// Runs tasks of the Python kinds with a fleet of workers.
#pragma once

#include "foreign/fleet.h"
#include "runtime/executor.h"

namespace weir::foreign {

/// Of one kind: its place has a capacity of its own. Attempts wait until the fleet has a worker.
class ForeignExecutor final : public runtime::Executor {
 public:
  ForeignExecutor(std::shared_ptr<Fleet> fleet, Place place) : fleet_(std::move(fleet)), place_(place) {}

  std::vector<core::Kind> kinds() const override { return {kind_of(place_)}; }
  std::optional<std::size_t> capacity() const override { return fleet_->capacity(place_); }
  bool takes_wrapped() const override { return true; }
  void start(runtime::Attempt attempt, runtime::Reports& reports) override {
    fleet_->start(place_, {.attempt = std::move(attempt), .reports = &reports});
  }
  void cancel(runtime::AttemptId attempt) override { fleet_->cancel(attempt); }

 private:
  std::shared_ptr<Fleet> fleet_;
  Place place_;
};

}  // namespace weir::foreign
