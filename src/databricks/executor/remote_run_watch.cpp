// The part of a remote run's protocol from the known run id to the last poll, cancelling included.
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/requests.h"
#include "databricks/executor/remote_run.h"
#include "databricks/wire/run_state.h"

namespace weir::databricks {

void RemoteRun::watch(std::int64_t run_id) {
  run_id_ = run_id;
  stage_ = Stage::watching;
  auto seed = std::hash<std::string>{}(attempt_.token);
  bool looked_at_soon = session_.watch().enter(*this, run_id, seed);
  if (!looked_at_soon) attach("");  // its page comes with its end
}

void RemoteRun::look(Urgency urgency) {
  session_.call(
      requests::run(run_id_),
      [weak = weak_from_this()](Answer answer) {
        auto self = weak.lock();
        if (self && self->stage_ == Stage::watching) self->on_looked(std::move(answer));
      },
      urgency);
}

void RemoteRun::on_looked(Answer answer) {
  if (!answer) return on_look_failed(answer.error());
  if (!recognise(*answer)) return;
  if (has_ended(*answer)) return collect(std::move(*answer));
  follow_output(*answer);
  session_.watch().goes_on(*this, int_or(*answer, "start_time", 0));
  cancel_if_due();
}

/// A run that the list shows as ended is not: it is missed there next, and asked for itself.
void RemoteRun::listed(const json& run) {
  if (!recognise(run)) return;
  session_.watch().goes_on(*this, int_or(run, "start_time", 0));
  cancel_if_due();
}

void RemoteRun::out_of_reach(const CallError& error, std::size_t count) { complain(error, count); }

/// Not being able to ask says nothing about the run; only "there is no such run", several times in a row,
/// does.
void RemoteRun::on_look_failed(const CallError& error) {
  attach("");
  complain(error);
  not_found_ = error.error.code == Code::not_found ? not_found_ + 1 : 0;
  if (not_found_ < session_.timing().not_found_max) {
    session_.watch().failed(*this, error.retry_after.value_or(Duration{0}));
    return cancel_if_due();
  }
  if (cancel_requested_) return end_cancelled();
  fail(fmt::format("{} was deleted from the workspace before its end was seen (last seen {})", run_in_words(),
                   state_.empty() ? "never" : state_),
       false, {{"run_id", run_id_}, {"run_page_url", run_page_url_}, {"lost", true}});
}

/// Notes what an answer says about the run. False when it cannot be ours: the attempt has ended then.
bool RemoteRun::recognise(const json& run) {
  not_found_ = 0;
  if (auto line = trouble_.recovered(session_.now())) log(runtime::Level::info, *line);
  auto foreign = intent_ && state_.empty() ? why_foreign(run, *intent_) : std::nullopt;
  if (foreign) {
    fail(fmt::format("the workspace answered with {}, which this attempt cannot have started: {}",
                     run_in_words(), *foreign),
         false,
         {{"unknown", true}, {"run_id", run_id_}, {"run_page_url", string_or(run, "run_page_url", "")}});
    return false;
  }
  seen_at_ = session_.now();
  attach(string_or(run, "run_page_url", ""));
  note_state(run);
  forget_request();
  return true;
}

void RemoteRun::note_state(const json& run) {
  const json* state = find(run, "state");
  const json* status = find(run, "status");
  auto now = state    ? string_or(*state, "life_cycle_state", "")
             : status ? string_or(*status, "state", "")
                      : "";
  if (now.empty()) now = "UNKNOWN";
  if (now == state_) return;
  bool unheard = parse_life_cycle(now) == LifeCycle::unknown && !has_ended(run);
  state_ = now;
  if (unheard) {
    log(runtime::Level::warning,
        fmt::format("{} is {}, a state weir does not know: waiting on", run_in_words(), now));
  } else {
    log(runtime::Level::debug, fmt::format("{} is {}", run_in_words(), now));
  }
}

void RemoteRun::attach(const std::string& run_page_url) {
  if (attached_) return;
  attached_ = true;
  run_page_url_ = run_page_url;
  json remote = {{"run_id", run_id_},
                 {"run_page_url", run_page_url_},
                 {"host", intent_ ? intent_->host : ""},
                 {"connection", intent_ ? intent_->connection : ""}};
  reports_.attached(attempt_.id, std::move(remote));
  if (run_page_url_.empty())
    log(runtime::Level::debug, fmt::format("started {}", run_in_words()));
  else
    log(runtime::Level::info, fmt::format("started {}: {}", run_in_words(), run_page_url_));
}

/// What was sent is in the history, and thousands of runs may be watched for hours.
void RemoteRun::forget_request() {
  if (intent_) intent_->body = nullptr;
  attempt_.inputs = attempt_.intent = attempt_.remote = nullptr;
}

// Cancel.

void RemoteRun::cancel() {
  if (cancel_requested_ || stage_ == Stage::ended) return;
  cancel_requested_ = true;
  bool nothing_left = stage_ == Stage::preparing || stage_ == Stage::intending;
  bool waits_to_be_taken = stage_ == Stage::sending && resend_timer_ && !may_exist_;
  if (nothing_left || waits_to_be_taken) return end_cancelled();
  if (stage_ == Stage::sending)
    log(runtime::Level::info, "cancelling as soon as the workspace says which run it is");
  if (stage_ != Stage::watching) return;
  cancel_if_due();
  session_.watch().hurry(*this);
}

void RemoteRun::cancel_if_due() {
  if (!cancel_requested_) return;
  if (cancel_sent_at_ && session_.now() - *cancel_sent_at_ < session_.timing().cancel_again) return;
  cancel_sent_at_ = session_.now();
  session_.call(requests::cancel_run(run_id_), [weak = weak_from_this()](Answer answer) {
    auto self = weak.lock();
    if (!self || answer || self->stage_ != Stage::watching) return;
    self->complain(answer.error());
    if (answer.error().is_transient()) self->cancel_sent_at_.reset();
  });
}

}  // namespace weir::databricks
