// One attempt and its run in the workspace, from the inputs to the end. The protocol:
//
//   prepare   check the inputs, look the job up       nothing but questions has left this machine
//   intend    the exact request becomes durable
//   send      the same body with the same token,      from here on the run may exist
//             until it is answered
//   watch     attach to the run; look at it until a final state is seen (RunWatch says when)
//   collect   fetch the outputs of its tasks; report the end
//
// A crash anywhere leads back to send (with the recorded intent) or watch (with the recorded run id).
// Cancelling while no run can exist ends the attempt at once; later it ends when the run has been seen to end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "databricks/executor/intent.h"
#include "databricks/executor/live_output.h"
#include "databricks/executor/outputs.h"
#include "databricks/executor/session.h"
#include "databricks/executor/submission.h"
#include "databricks/executor/trouble_log.h"
#include "databricks/executor/watched_run.h"
#include "runtime/executor.h"

namespace weir::databricks {

/// Loop thread only. Held by a shared_ptr; whoever holds it lets go when `on_end` is called, and may do so
/// earlier: then nothing more is reported, and the run in the workspace goes on.
class RemoteRun final : public std::enable_shared_from_this<RemoteRun>, public WatchedRun {
 public:
  RemoteRun(runtime::Attempt attempt, runtime::Reports& reports, Session& session,
            std::function<void()> on_end);
  ~RemoteRun();

  void start();
  void cancel();

 private:
  enum class Stage : std::uint8_t { preparing, intending, sending, watching, collecting, ended };

  void prepare();
  void intend(Submission submission);
  void resume_sending(const Connection& connection);
  void resume_watching(const Connection& connection);

  void send();
  void send_again(const CallError& error);
  bool should_resend(const CallError& error);
  void on_sent(Answer answer);
  void on_refused(const CallError& error);

  void watch(std::int64_t run_id);
  void look(Urgency urgency) override;
  void listed(const json& run) override;
  void out_of_reach(const CallError& error, std::size_t count) override;
  std::uint32_t flow_run() const override { return attempt_.id.run; }
  void on_looked(Answer answer);
  void on_look_failed(const CallError& error);
  bool recognise(const json& run);
  void note_state(const json& run);
  void attach(const std::string& run_page_url);
  void forget_request();
  void end_cancelled();
  void cancel_if_due();

  void follow_output(const json& run);
  void collect(json run);
  void collect_outputs_of(json run);
  void on_collected(EndedRun ended);

  bool complain(const CallError& error, std::size_t runs = 1);  ///< logs it now and then; always true
  void fail(std::string message, bool retryable, json detail = nullptr);
  void fail_with(const Error& error, bool retryable);
  void end(std::function<void(runtime::Reports&)> report);
  void log(runtime::Level level, std::string line);
  std::string run_in_words() const;  ///< "run 42"

  runtime::Attempt attempt_;
  runtime::Reports& reports_;
  Session& session_;
  std::function<void()> on_end_;
  TroubleLog trouble_;

  Stage stage_ = Stage::preparing;
  std::optional<Intent> intent_{};
  bool may_exist_ = false;  ///< a request left whose fate is not known
  Pace resend_pace_;
  std::optional<Loop::TimerId> resend_timer_{};  ///< the request is not under way: it waits to be sent again
  std::int64_t run_id_ = 0;
  bool attached_ = false;
  std::string run_page_url_{};
  std::string state_{};  ///< as last seen
  std::optional<Instant> seen_at_{};
  std::shared_ptr<LiveOutput> live_output_{};  ///< once it was asked for
  int not_found_ = 0;                          ///< looks in a row that were answered with "no such run"
  bool cancel_requested_ = false;
  std::optional<Instant> cancel_sent_at_{};
};

}  // namespace weir::databricks
