// What the public API throws. A task or flow body may throw anything derived from std::exception; it becomes
// the failure of its attempt or run, with its type and what().
#pragma once

#include <stdexcept>
#include <string>

namespace weir {

/// A flow is declared in a way that cannot work: a task called outside of a flow, two different tasks of one
/// name.
class FlowError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A task that was waited for failed, was cancelled, or never ran. what() is its failure.
class TaskFailed : public std::runtime_error {
 public:
  TaskFailed(const std::string& task, const std::string& why)
      : std::runtime_error("task '" + task + "' did not succeed: " + why), task_(task) {}
  const std::string& task() const { return task_; }

 private:
  std::string task_;
};

/// Throw from a task to fail it for good, whatever retries it has left.
class FailWithoutRetry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throw from a task that finds nothing to do: it is skipped, and what waits for it is too, unless its trigger says
/// otherwise.
class Skip : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace weir
