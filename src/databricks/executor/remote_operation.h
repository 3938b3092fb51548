// One attempt at an operation of the workspace: does its steps (operations/step.h), one after the other, with all the
// patience they take. The protocol:
//
//   prepare   questions only; ends with a plan, or for operations that only look, with the outcome
//   commit    the plan becomes durable
//   begin     the steps made from the plan        from here on the workspace may be changed
//   attach    what was made becomes durable
//
// A crash leads back to begin (with the recorded plan, which then looks for what may exist) or to resume (with what was
// attached). Cancelling before the plan is durable ends the attempt at once; later it does what the operation says.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "databricks/executor/pace.h"
#include "databricks/executor/session.h"
#include "databricks/executor/trouble_log.h"
#include "databricks/operations/operation.h"
#include "runtime/executor.h"

namespace weir::databricks {

/// Loop thread only. Held by a shared_ptr; whoever holds it lets go when `on_end` is called, and may do so earlier:
/// then nothing more is reported.
class RemoteOperation : public std::enable_shared_from_this<RemoteOperation> {
 public:
  /// `follow` is called in place of `on_end` when the attempt goes on as a run of a job: its `remote` says which, and
  /// the flag whether it is to be cancelled.
  RemoteOperation(const operations::Operation& operation, runtime::Attempt attempt, runtime::Reports& reports,
                  Session& session, std::function<void()> on_end,
                  std::function<void(runtime::Attempt, bool cancelled)> follow);

  ~RemoteOperation();

  void start();
  void cancel();

 private:
  enum class Stage : std::uint8_t { preparing, committing, under_way, stopping, ended };

  std::optional<core::Problem> take_inputs();
  void take_up(const json& intent, const Connection& connection);
  void stop();

  void perform(operations::Step step);
  void act(operations::Ask& step);
  void act(operations::Order& step);
  void act(operations::Commit& step);
  void act(operations::Attach& step);
  void act(operations::Pause& step);
  void act(operations::Load& step);
  void act(operations::Save& step);
  void act(operations::Say& step);
  void act(operations::Follow& step);
  void act(operations::Done& step);
  void act(operations::Failed& step);
  void act(operations::Cancelled& step);

  void send_order(std::shared_ptr<operations::Order> order);
  bool was_not_taken(const CallError& error) const;
  bool is_locked_out(const CallError& error) const;
  bool should_resend(const CallError& error);
  void answered();
  void wake();  ///< ends a pause

  void end(std::function<void(runtime::Reports&)> report);
  void log(runtime::Level level, std::string line);
  json placed(json what) const;

  const operations::Operation& operation_;
  runtime::Attempt attempt_;
  runtime::Reports& reports_;
  Session& session_;
  std::function<void()> on_end_;
  std::function<void(runtime::Attempt, bool)> follow_;
  TroubleLog trouble_;
  Pace pace_;        ///< of looking
  Pace order_pace_;  ///< of sending an order again that was not taken

  Stage stage_ = Stage::preparing;
  operations::Task task_{};
  json plan_{};
  json remote_{};
  std::string state_{};            ///< as last told
  bool may_have_changed_ = false;  ///< a request left whose fate is not known
  bool was_let_in_ = false;        ///< the credential has been taken before
  bool order_under_way_ = false;
  bool cancel_requested_ = false;
  std::uint64_t chain_ = 0;  ///< which chain of steps is the current one: stop() begins another
  std::optional<Loop::TimerId> timer_{};
};

}  // namespace weir::databricks
