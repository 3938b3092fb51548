// Attempts that live in the remote service: intent before request, one token an attempt, requests and answers
// that get lost, polls, and a cancel that waits until the service has seen the run end.
#pragma once

#include <map>
#include <memory>

#include "reporter.h"
#include "runtime/executor.h"

namespace weir::sim {

class ExternalExecutor final : public runtime::Executor {
 public:
  ExternalExecutor(Site& site, Timeline::Owner owner) : site_(site), owner_(owner), reporter_(site, owner) {}

  std::vector<core::Kind> kinds() const override;
  void start(runtime::Attempt attempt, runtime::Reports& reports) override;
  void cancel(runtime::AttemptId attempt) override;

 private:
  struct Job {
    enum class Stage : std::uint8_t { intending, sending, watching };
    runtime::Attempt attempt;
    runtime::Reports* reports;
    Stage stage = Stage::intending;
    json body{};
    std::int64_t remote = 0;
    bool cancelling = false;
    Duration pace{0};
  };
  using JobPtr = std::shared_ptr<Job>;

  void send(const JobPtr& job);
  void answer(const JobPtr& job, std::int64_t remote);
  void watch(const JobPtr& job);
  void poll(const JobPtr& job);
  void end(const JobPtr& job, Outcome::Is outcome);
  bool is_over(const JobPtr& job) const { return !jobs_.contains(job->attempt.id); }
  Duration latency();

  Site& site_;
  Timeline::Owner owner_;
  Reporter reporter_;
  std::map<runtime::AttemptId, JobPtr> jobs_;
};

}  // namespace weir::sim
