#include "foreign/fleet.h"

#include <algorithm>

namespace weir::foreign {
namespace {

using runtime::AttemptId;

std::pair<std::uint32_t, std::uint32_t> task_of(AttemptId attempt) { return {attempt.run, attempt.task}; }

}  // namespace

Fleet::Fleet(Loop& loop)
    : loop_(loop),
      processes_(loop, {.on_message =
                            [this](std::string_view type, json& message) {
                              if (type == "ask" && listener_) listener_->on_message(type, message);
                            },
                        .on_line =
                            [this](process::Stream stream, std::string_view line) {
                              if (show_line_) show_line_(stream, line);
                            }}) {}

Result<void> Fleet::start_body(const WorkerCommand& command, Listener& listener) {
  listener_ = &listener;
  auto worker = Worker::start(loop_, command, body_events());
  if (!worker) return std::unexpected(worker.error());
  body_ = std::move(*worker);
  return {};
}

void Fleet::adopt_body(process::Fd socket, Listener& listener) {
  listener_ = &listener;
  body_ = Worker::adopt(loop_, std::move(socket), body_events());
}

WorkerEvents Fleet::body_events() {
  return {
      .on_message = [this](std::string_view type, json& message) { listener_->on_message(type, message); },
      .on_batch = [this] { listener_->on_batch(); },
      .on_ended = [this](AttemptId attempt, std::int64_t us) { ended(attempt, us); },
      .on_line =
          [this](process::Stream stream, std::string_view line) {
            if (show_line_) show_line_(stream, line);
          },
      .on_gone = [this] { body_gone(); }};
}

void Fleet::set_tasks(const Source& source, json open) {
  std::optional<WorkerCommand> command;
  if (!source.file.empty()) command = WorkerCommand{.python = source.python, .directory = source.directory};
  processes_.set_tasks(std::move(command), std::move(open));
}

void Fleet::say(std::string_view message) {
  if (body_) body_->say(message);
}

void Fleet::flush(Duration patience) {
  if (body_) body_->flush(patience);
}

void Fleet::set_ready() {
  is_ready_ = true;
  note_declared();
}

void Fleet::set_room(std::size_t threads, std::size_t coroutines) {
  threads_ = std::max<std::size_t>(1, threads);
  coroutines_ = std::max<std::size_t>(1, coroutines);
}

/// What waits for its declaration keeps no thread busy: it must not keep out the task whose end the body may be waiting
/// for before it comes to that declaration. While a suspect is tried, or waits to be, everything else stays in the
/// engine, where its time does not run.
std::size_t Fleet::capacity(Place place) const {
  if (place == Place::processes) return ProcessPool::capacity();
  if (on_trial_ || suspects_waiting_ > 0) return 0;
  std::size_t held = is_ready_ ? undeclared_.size() : 0;
  if (place == Place::coroutines) return coroutines_ + held;
  return threads_ + (suspects_.empty() ? pace_.ahead(threads_) : 0) + held;
}

void Fleet::start(Place place, Job job) {
  if (place == Place::processes) return processes_.start(std::move(job));
  if (given_up_) return job.reports->failed(job.attempt.id, *given_up_);
  if (!is_ready_ || !listener_->has_declared(job.attempt.id)) {
    undeclared_.push_back(std::move(job));
    return;
  }
  if (is_suspect(job)) ++suspects_waiting_;
  waiting_.push_back(std::move(job));
  dispatch();
}

void Fleet::note_declared() {
  if (undeclared_.empty() || !is_ready_) return;
  for (auto& job : std::exchange(undeclared_, {})) {
    bool is_declared = listener_->has_declared(job.attempt.id);
    if (is_declared && is_suspect(job)) ++suspects_waiting_;
    (is_declared ? waiting_ : undeclared_).push_back(std::move(job));
  }
  dispatch();
}

bool Fleet::is_suspect(const Job& job) const {
  return !suspects_.empty() && suspects_.contains(task_of(job.attempt.id));
}

/// After a death, what died with the worker runs one at a time, so that the one that kills is told from its neighbours.
void Fleet::dispatch() {
  while (is_ready_ && !waiting_.empty()) {
    auto next = next_to_start();
    if (next == waiting_.end()) return;
    auto job = std::move(*next);
    waiting_.erase(next);
    body_->start(std::move(job));
  }
}

/// End: nothing may start now.
std::deque<Job>::iterator Fleet::next_to_start() {
  if (on_trial_) return waiting_.end();
  if (suspects_waiting_ == 0) return waiting_.begin();
  if (body_->in_hand() > 0) return waiting_.end();
  auto suspect = std::ranges::find_if(waiting_, [this](const Job& job) { return is_suspect(job); });
  --suspects_waiting_;
  on_trial_ = task_of(suspect->attempt.id);
  return suspect;
}

void Fleet::ended(AttemptId attempt, std::int64_t us) {
  pace_.note(std::chrono::microseconds{std::max<std::int64_t>(us, 1)});
  if (!suspects_.empty()) suspects_.erase(task_of(attempt));
  if (on_trial_ == task_of(attempt)) on_trial_.reset();
  if (!waiting_.empty()) dispatch();
}

void Fleet::cancel(AttemptId attempt) {
  if (cancel_waiting(waiting_, attempt) || cancel_waiting(undeclared_, attempt)) return;
  if (body_ && body_->has(attempt)) return body_->cancel(attempt);
  processes_.cancel(attempt);
}

bool Fleet::cancel_waiting(std::deque<Job>& jobs, AttemptId attempt) {
  auto waits = std::ranges::find(jobs, attempt, [](const Job& job) { return job.attempt.id; });
  if (waits == jobs.end()) return false;
  if (&jobs == &waiting_ && is_suspect(*waits)) --suspects_waiting_;
  auto* reports = waits->reports;
  jobs.erase(waits);
  reports->cancelled(attempt);
  if (&jobs == &waiting_) dispatch();
  return true;
}

/// What had been declared to this worker must be declared to the next one again.
void Fleet::body_gone() {
  auto worker = std::move(body_);
  is_ready_ = false;
  on_trial_.reset();
  suspects_waiting_ = 0;
  for (auto suspect : worker->suspects()) suspects_.insert(task_of(suspect));
  worker->report_losses();
  undeclared_.insert(undeclared_.begin(), std::make_move_iterator(waiting_.begin()),
                     std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  if (!listener_->on_gone(worker->last_words())) give_up(worker->crash());
}

void Fleet::give_up(const runtime::Failure& crash) {
  given_up_ = crash;
  for (const auto& job : std::exchange(undeclared_, {})) job.reports->failed(job.attempt.id, crash);
}

}  // namespace weir::foreign
