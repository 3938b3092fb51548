#include "databricks/executor/remote_operation.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "databricks/executor/local_file.h"
#include "databricks/executor/persistent_call.h"
#include "databricks/operations/json_template.h"

namespace weir::databricks {
namespace {

std::uint64_t seed_of(const std::string& token) { return std::hash<std::string>{}(token); }

}  // namespace

RemoteOperation::RemoteOperation(const operations::Operation& operation, runtime::Attempt attempt,
                                 runtime::Reports& reports, Session& session, std::function<void()> on_end,
                                 std::function<void(runtime::Attempt, bool)> follow)
    : operation_(operation),
      attempt_(std::move(attempt)),
      reports_(reports),
      session_(session),
      on_end_(std::move(on_end)),
      follow_(std::move(follow)),
      trouble_(session.timing().complain),
      pace_(session.poll_pace(seed_of(attempt_.token))),
      order_pace_(session.resend_pace(seed_of(attempt_.token))) {}

RemoteOperation::~RemoteOperation() { wake(); }

// From the inputs, or from what an earlier process has left.

void RemoteOperation::start() {
  // What was sent is seen to its end by what was recorded then, whatever has become of its inputs.
  auto bad = take_inputs();
  if (bad && attempt_.intent.is_null()) return perform(operations::refused(*bad));
  auto connection = session_.connect();
  if (!connection) {
    bool may_pass = connection.error().code == Code::unavailable;
    return perform(
        operations::failed(connection.error().message, may_pass,
                           {{"code", name_of(connection.error().code)}, {"hint", connection.error().hint}}));
  }
  pace_ = session_.poll_pace(seed_of(attempt_.token));
  if (!attempt_.intent.is_null()) return take_up(attempt_.intent, *connection);
  perform(operation_.prepare(task_));
}

std::optional<core::Problem> RemoteOperation::take_inputs() {
  task_ = {attempt_.inputs, attempt_.flow, attempt_.task, attempt_.token, process_environment()};
  if (auto bad = core::check_inputs(operation_.kind, task_.inputs)) return bad;
  return operations::merge_template(task_.inputs);
}

void RemoteOperation::take_up(const json& intent, const Connection& connection) {
  auto host = string_or(intent, "host", "");
  const json* plan = find(intent, "plan");
  if (!plan)
    return perform(operations::unknown("what this attempt had planned is not recorded in a form weir knows"));
  if (!is_same_place(string_or(intent, "connection", ""), host, connection)) {
    return perform(operations::unknown(
        fmt::format(
            "this attempt was begun in {}, but the connection now leads to {}: what became of it is unknown",
            host, connection.host),
        {{"host", host}}));
  }
  stage_ = Stage::under_way;
  may_have_changed_ = true;
  plan_ = *plan;
  remote_ = attempt_.remote;
  bool is_attached = !remote_.is_null() && operation_.resume;
  perform(is_attached ? operation_.resume(task_, plan_, remote_) : operation_.begin(task_, plan_, true));
}

// Steps.

void RemoteOperation::perform(operations::Step step) {
  if (stage_ == Stage::ended) return;
  bool goes_on = std::holds_alternative<operations::Ask>(step.what) ||
                 std::holds_alternative<operations::Order>(step.what) ||
                 std::holds_alternative<operations::Pause>(step.what);
  if (cancel_requested_ && goes_on && stage_ == Stage::under_way) return stop();
  std::visit([this](auto& what) { act(what); }, step.what);
}

void RemoteOperation::act(operations::Ask& step) {
  auto then = [this, chain = chain_, next = std::move(step.then)](const Answer& answer) {
    if (chain != chain_) return;
    answered();
    perform(next(answer));
  };
  call_until_settled(
      session_, std::move(step.request), weak_from_this(),
      [this, chain = chain_](const CallError& error) { return chain == chain_ && should_resend(error); },
      std::move(then));
}

void RemoteOperation::act(operations::Order& step) {
  order_under_way_ = true;
  send_order(std::make_shared<operations::Order>(std::move(step)));
}

void RemoteOperation::send_order(std::shared_ptr<operations::Order> order) {
  session_.call(order->request, [weak = weak_from_this(), order](Answer answer) {
    auto self = weak.lock();
    if (!self || self->stage_ == Stage::ended) return;
    if (!answer && self->was_not_taken(answer.error())) {
      if (self->cancel_requested_ && self->stage_ == Stage::under_way) return self->stop();
      self->should_resend(answer.error());
      auto delay = std::max(self->order_pace_.next(), answer.error().retry_after.value_or(Duration{0}));
      self->session_.loop().after(delay, [weak, order] {
        if (auto alive = weak.lock()) alive->send_order(order);
      });
      return;
    }
    self->order_under_way_ = false;
    if (!answer && answer.error().is_transient()) {
      self->should_resend(answer.error());
      return self->perform(order->lost());
    }
    self->answered();
    self->perform(order->then(answer));
  });
}

/// Whether an order has done nothing so far and may yet be taken.
bool RemoteOperation::was_not_taken(const CallError& error) const {
  return (error.is_transient() && error.was_not_taken()) || is_locked_out(error);
}

bool RemoteOperation::is_locked_out(const CallError& error) const {
  return (may_have_changed_ || was_let_in_) && error.credential_refused;
}

/// Always true for trouble that may pass. So does a credential that has run out after it was good, or when an earlier
/// request may have changed something: only a working one can tell.
bool RemoteOperation::should_resend(const CallError& error) {
  bool may_be_done = error.is_transient() && !error.was_not_taken();
  if (may_be_done && stage_ != Stage::preparing) may_have_changed_ = true;
  if (!error.is_transient() && !is_locked_out(error)) return false;
  if (auto line = trouble_.failed(error.error.message, session_.now())) log(runtime::Level::warning, *line);
  return true;
}

void RemoteOperation::answered() {
  was_let_in_ = true;
  if (auto line = trouble_.recovered(session_.now())) log(runtime::Level::info, *line);
}

void RemoteOperation::act(operations::Commit& step) {
  stage_ = Stage::committing;
  plan_ = std::move(step.plan);
  auto proceed = [weak = weak_from_this(), &loop = session_.loop()] {
    loop.post([weak] {
      auto self = weak.lock();
      if (!self || self->stage_ != Stage::committing) return;
      self->stage_ = Stage::under_way;
      self->perform(self->operation_.begin(self->task_, self->plan_, false));
    });
  };
  auto intent = placed({{"plan", plan_}, {"at_ms", to_millis(session_.now())}});
  reports_.intend(attempt_.id, std::move(intent), std::move(proceed));
}

void RemoteOperation::act(operations::Attach& step) {
  remote_ = placed(std::move(step.remote));
  if (attempt_.remote != remote_) reports_.attached(attempt_.id, remote_);
  attempt_.remote = remote_;
  perform(step.then());
}

void RemoteOperation::act(operations::Pause& step) {
  if (!step.state.empty() && step.state != state_) {
    state_ = step.state;
    log(runtime::Level::debug, state_);
  }
  auto delay = step.in_doubt ? session_.timing().doubt : step.length ? *step.length : pace_.next();
  timer_ = session_.loop().after(delay, [weak = weak_from_this(), next = std::move(step.then)] {
    auto self = weak.lock();
    if (!self) return;
    self->wake();
    self->perform(next());
  });
}

void RemoteOperation::wake() {
  if (!timer_) return;
  session_.loop().cancel_timer(*timer_);
  timer_.reset();
}

void RemoteOperation::act(operations::Load& step) {
  perform(step.then(read_local_file(step.file, step.bytes_max)));
}

void RemoteOperation::act(operations::Save& step) {
  perform(step.then(write_local_file(step.file, step.bytes)));
}

void RemoteOperation::act(operations::Say& step) {
  log(step.warning ? runtime::Level::warning : runtime::Level::info, std::move(step.line));
  perform(step.then());
}

// Ends.

void RemoteOperation::act(operations::Follow& step) {
  auto remote = placed({{"run_id", step.run_id}, {"run_page_url", step.run_page_url}});
  if (attempt_.remote != remote) reports_.attached(attempt_.id, remote);
  attempt_.remote = std::move(remote);
  stage_ = Stage::ended;
  follow_(attempt_, cancel_requested_);
}

void RemoteOperation::act(operations::Done& step) {
  end([id = attempt_.id, value = std::move(step.value)](auto& reports) { reports.succeeded(id, value); });
}

void RemoteOperation::act(operations::Failed& step) {
  runtime::Failure failure;
  failure.message = std::move(step.message);
  failure.retryable = step.retryable;
  failure.detail = std::move(step.detail);
  end([id = attempt_.id, failure = std::move(failure)](auto& reports) { reports.failed(id, failure); });
}

void RemoteOperation::act(operations::Cancelled&) {
  end([id = attempt_.id](auto& reports) { reports.cancelled(id); });
}

// Cancel.

void RemoteOperation::cancel() {
  if (cancel_requested_ || stage_ == Stage::ended) return;
  cancel_requested_ = true;
  bool nothing_left = stage_ == Stage::preparing || stage_ == Stage::committing;
  if (nothing_left) return perform(operations::cancelled());
  if (order_under_way_) return log(runtime::Level::info, "cancelling as soon as the workspace has answered");
  if (stage_ == Stage::under_way) stop();
}

void RemoteOperation::stop() {
  stage_ = Stage::stopping;
  order_under_way_ = false;
  ++chain_;
  wake();
  pace_.restart();
  perform(operation_.stop ? operation_.stop(task_, plan_, remote_) : operations::cancelled());
}

// Reports.

void RemoteOperation::end(std::function<void(runtime::Reports&)> report) {
  stage_ = Stage::ended;
  ++chain_;
  wake();
  report(reports_);
  on_end_();
}

void RemoteOperation::log(runtime::Level level, std::string line) {
  reports_.log(attempt_.id, level, std::move(line));
}

/// With the place it belongs to: nothing is continued elsewhere.
json RemoteOperation::placed(json what) const {
  auto connection = session_.connect();
  if (!connection) return what;
  what.get_object()["connection"] = connection->name;
  what.get_object()["host"] = connection->host;
  return what;
}

}  // namespace weir::databricks
