// An executor that is made when its first attempt starts: one that loads libraries or opens connections costs
// nothing in runs that do not use it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "runtime/executor.h"

namespace weir::runtime {

class LazyExecutor final : public Executor {
 public:
  using Make = std::function<std::unique_ptr<Executor>()>;

  /// `kinds` are those that the executor will have. `make` is called on the engine's thread, once.
  LazyExecutor(std::vector<core::Kind> kinds, Make make) : kinds_(std::move(kinds)), make_(std::move(make)) {}

  std::vector<core::Kind> kinds() const override { return kinds_; }
  std::optional<std::size_t> capacity() const override { return made_ ? made_->capacity() : std::nullopt; }

  void start(Attempt attempt, Reports& reports) override {
    if (!made_) made_ = make_();
    made_->start(std::move(attempt), reports);
  }
  void cancel(AttemptId attempt) override {
    if (made_) made_->cancel(attempt);
  }
  void run_ended(std::uint32_t run) override {
    if (made_) made_->run_ended(run);
  }

 private:
  std::vector<core::Kind> kinds_;
  Make make_;
  std::unique_ptr<Executor> made_;
};

}  // namespace weir::runtime
