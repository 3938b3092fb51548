#include "databricks/executor/remote_run.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/requests.h"
#include "databricks/executor/ending.h"
#include "databricks/executor/job_lookup.h"

namespace weir::databricks {
namespace {

/// The API has no code of its own for "the run of this token was deleted".
bool speaks_of_token(const std::string& message) {
  return message.contains("idempotency") || message.contains("Idempotency") || message.contains("deleted");
}

}  // namespace

RemoteRun::RemoteRun(runtime::Attempt attempt, runtime::Reports& reports, Session& session,
                     std::function<void()> on_end)
    : attempt_(std::move(attempt)),
      reports_(reports),
      session_(session),
      on_end_(std::move(on_end)),
      trouble_(session.timing().complain),
      resend_pace_(session.resend_pace(std::hash<std::string>{}(attempt_.token))) {}

RemoteRun::~RemoteRun() {
  session_.watch().leave(*this);
  if (resend_timer_) session_.loop().cancel_timer(*resend_timer_);
}

// Prepare and intend.

void RemoteRun::start() {
  auto connection = session_.connect();
  if (!connection) return fail_with(connection.error(), connection.error().code == Code::unavailable);
  intent_ = intent_from(attempt_.intent);
  if (!attempt_.remote.is_null()) return resume_watching(*connection);
  if (intent_) return resume_sending(*connection);
  prepare();
}

void RemoteRun::prepare() {
  auto submission = make_submission(attempt_, session_.now());
  if (!submission) {
    Error error = submission.error().error;
    if (!submission.error().path.empty()) error = within(submission.error().path, std::move(error));
    return fail_with(error, false);
  }
  for (auto& warning : submission->warnings) log(runtime::Level::warning, std::move(warning));
  if (submission->job_name.empty()) return intend(std::move(*submission));
  auto name = submission->job_name;
  look_up_job(
      session_, name, weak_from_this(),
      [this](const CallError& error) { return error.is_transient() && complain(error); },
      [this, made = std::move(*submission)](Result<std::int64_t> job_id) mutable {
        if (stage_ != Stage::preparing) return;
        if (!job_id) return fail_with(job_id.error(), false);
        JsonObject body{{"job_id", *job_id}};
        for (auto& [key, value] : made.body.get_object()) body[key] = std::move(value);
        made.body = std::move(body);
        intend(std::move(made));
      });
}

void RemoteRun::intend(Submission submission) {
  stage_ = Stage::intending;
  auto connection = session_.connect();
  if (!connection) return fail_with(connection.error(), true);
  intent_ = Intent{connection->name, connection->host, std::move(submission.path), std::move(submission.body),
                   session_.now()};
  auto proceed = [weak = weak_from_this(), &loop = session_.loop()] {
    loop.post([weak] {
      if (auto self = weak.lock(); self && self->stage_ == Stage::intending) self->send();
    });
  };
  reports_.intend(attempt_.id, to_json(*intent_), std::move(proceed));
}

void RemoteRun::resume_sending(const Connection& connection) {
  may_exist_ = true;
  if (is_same_place(intent_->connection, intent_->host, connection)) return send();
  fail(fmt::format(
           "this attempt was sent to {}, but the connection now leads to {}: what became of it is unknown",
           intent_->host, connection.host),
       false, {{"unknown", true}, {"host", intent_->host}});
}

void RemoteRun::resume_watching(const Connection& connection) {
  auto host = string_or(attempt_.remote, "host", "");
  auto run_id = int_or(attempt_.remote, "run_id", 0);
  if (!is_same_place(string_or(attempt_.remote, "connection", ""), host, connection)) {
    return fail(
        fmt::format("run {} is in {}, but the connection now leads to {}: what became of it is unknown",
                    run_id, host, connection.host),
        false, attempt_.remote);
  }
  attached_ = true;
  run_page_url_ = string_or(attempt_.remote, "run_page_url", "");
  watch(run_id);
}

// Send.

void RemoteRun::send() {
  stage_ = Stage::sending;
  session_.call(intent_->request(), [weak = weak_from_this()](Answer answer) {
    auto self = weak.lock();
    if (!self || self->stage_ != Stage::sending) return;
    if (answer || !self->should_resend(answer.error())) return self->on_sent(std::move(answer));
    self->send_again(answer.error());
  });
}

void RemoteRun::send_again(const CallError& error) {
  auto delay = std::max(resend_pace_.next(), error.retry_after.value_or(Duration{0}));
  resend_timer_ = session_.loop().after(delay, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self || self->stage_ != Stage::sending) return;
    self->resend_timer_.reset();
    self->send();
  });
}

/// A refused credential settles nothing when an earlier request may have started the run: it is waited out,
/// since only a working token can tell. What nobody wants any more is not sent again when no run can exist.
bool RemoteRun::should_resend(const CallError& error) {
  if (error.is_transient() && !error.was_not_taken()) may_exist_ = true;
  if (cancel_requested_ && !may_exist_) return false;
  bool locked_out = may_exist_ && error.error.code == Code::unauthenticated;
  return (error.is_transient() || locked_out) && complain(error);
}

void RemoteRun::on_sent(Answer answer) {
  if (!answer) return on_refused(answer.error());
  if (auto run_id = find_int(*answer, "run_id")) return watch(*run_id);
  fail("the workspace took the request but named no run: what became of it is unknown", false,
       {{"unknown", true}});
}

void RemoteRun::on_refused(const CallError& error) {
  if (may_exist_ && speaks_of_token(error.error.message)) {
    return fail(
        fmt::format("the run of this attempt was deleted from the workspace, and is not started again: {}",
                    error.error.message),
        false, {{"unknown", true}, {"error_code", error.api_code}});
  }
  if (cancel_requested_) return end_cancelled();
  fail_with(error.error, false);
}

// Collect.

void RemoteRun::follow_output(const json& run) {
  auto connection = session_.connect();
  if (!connection || !LiveOutput::is_offered_by(*connection)) return;
  if (!live_output_) {
    live_output_ = std::make_shared<LiveOutput>(
        session_, [this](std::string line) { log(runtime::Level::info, std::move(line)); });
  }
  live_output_->follow(run);
}

void RemoteRun::collect(json run) {
  stage_ = Stage::collecting;
  session_.watch().leave(*this);
  if (!live_output_) return collect_outputs_of(std::move(run));
  auto ended = std::make_shared<json>(std::move(run));
  live_output_->follow_to_the_end(*ended, [this, ended] { collect_outputs_of(std::move(*ended)); });
}

void RemoteRun::collect_outputs_of(json run) {
  collect_outputs(
      session_, std::move(run), weak_from_this(),
      [this](const CallError& error) {
        return (error.is_transient() || error.credential_refused) && complain(error);
      },
      [this](EndedRun ended) { on_collected(std::move(ended)); });
}

void RemoteRun::on_collected(EndedRun ended) {
  for (auto& task : ended.tasks) task.is_told = live_output_ && live_output_->is_complete(task.run_id);
  for (auto& line : ended.missed) log(runtime::Level::warning, std::move(line));
  for (auto& line : printed_lines(ended)) log(runtime::Level::info, std::move(line));
  auto outcome = outcome_of(ended.run).value_or(RunOutcome{});
  bool cancelled = outcome.ending == Ending::cancelled || outcome.ending == Ending::skipped;
  if (cancel_requested_ && cancelled) return end_cancelled();
  if (outcome.ending == Ending::succeeded_with_failures) {
    log(runtime::Level::warning,
        fmt::format("{} succeeded with failures: {}", run_in_words(), failed_tasks(ended)));
  }
  bool succeeded = outcome.ending == Ending::succeeded || outcome.ending == Ending::succeeded_with_failures;
  if (!succeeded) {
    return end(
        [id = attempt_.id, failure = failure_of(ended)](auto& reports) { reports.failed(id, failure); });
  }
  end([id = attempt_.id, value = value_of(ended)](auto& reports) { reports.succeeded(id, value); });
}

// Reports.

bool RemoteRun::complain(const CallError& error, std::size_t runs) {
  auto what = runs > 1 ? fmt::format("{} (about this run and {} others)", error.error.message, runs - 1)
                       : error.error.message;
  if (auto line = trouble_.failed(what, session_.now(), seen_at_)) log(runtime::Level::warning, *line);
  return true;
}

void RemoteRun::fail(std::string message, bool retryable, json detail) {
  runtime::Failure failure;
  failure.message = std::move(message);
  failure.retryable = retryable;
  failure.detail = std::move(detail);
  end([id = attempt_.id, failure = std::move(failure)](auto& reports) { reports.failed(id, failure); });
}

void RemoteRun::fail_with(const Error& error, bool retryable) {
  fail(error.message, retryable, {{"code", name_of(error.code)}, {"hint", error.hint}});
}

void RemoteRun::end_cancelled() {
  end([id = attempt_.id](auto& reports) { reports.cancelled(id); });
}

void RemoteRun::end(std::function<void(runtime::Reports&)> report) {
  if (stage_ == Stage::ended) return;
  stage_ = Stage::ended;
  session_.watch().leave(*this);
  report(reports_);
  on_end_();
}

void RemoteRun::log(runtime::Level level, std::string line) {
  reports_.log(attempt_.id, level, std::move(line));
}

std::string RemoteRun::run_in_words() const { return fmt::format("run {}", run_id_); }

}  // namespace weir::databricks
