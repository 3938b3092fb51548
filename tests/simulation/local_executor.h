// Attempts that live in the simulated process, and die with it.
#pragma once

#include <map>
#include <memory>

#include "reporter.h"
#include "runtime/executor.h"

namespace weir::sim {

class LocalExecutor final : public runtime::Executor {
 public:
  LocalExecutor(Site& site, Timeline::Owner owner) : site_(site), owner_(owner), reporter_(site, owner) {}

  std::vector<core::Kind> kinds() const override;
  std::optional<std::size_t> capacity() const override { return site_.plan.local_capacity; }
  void start(runtime::Attempt attempt, runtime::Reports& reports) override;
  void cancel(runtime::AttemptId attempt) override;

 private:
  struct Work {
    runtime::Attempt attempt;
    runtime::Reports* reports;
  };
  void end(runtime::AttemptId id, Outcome::Is outcome);

  Site& site_;
  Timeline::Owner owner_;
  Reporter reporter_;
  std::map<runtime::AttemptId, Work> working_;
};

}  // namespace weir::sim
