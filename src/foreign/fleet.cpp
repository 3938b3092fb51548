#include "foreign/fleet.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

namespace weir::foreign {
namespace {

using runtime::AttemptId;
using Suspect = std::pair<std::uint32_t, std::uint32_t>;

Suspect suspect_of(AttemptId attempt) { return {attempt.run, attempt.task}; }

runtime::Failure crash_of(const Worker& worker) {
  std::string words = worker.last_words();
  auto newline = words.rfind('\n');
  std::string last = newline == words.npos ? words : words.substr(newline + 1);
  return {.why = runtime::Failure::Why::crashed,
          .message = "the worker died: " + (last.empty() ? "its connection broke" : last),
          .trace = words};
}

}  // namespace

Result<void> Fleet::start_body(const Source& source, Listener& listener) {
  listener_ = &listener;
  auto worker = Worker::start(loop_, {.python = source.python, .directory = source.directory}, body_events());
  if (!worker) return std::unexpected(worker.error());
  body_ = std::move(*worker);
  return {};
}

void Fleet::adopt_body(process::Fd socket, Listener& listener) {
  listener_ = &listener;
  body_ = Worker::adopt(loop_, std::move(socket), body_events());
}

WorkerEvents Fleet::body_events() {
  return {.on_message = [this](std::string_view type, json& message) { listener_->on_message(type, message); },
          .on_batch = [this] { listener_->on_batch(); },
          .on_ended = [this](AttemptId attempt, std::int64_t us) { ended(attempt, us); },
          .on_line =
              [this](process::Stream stream, std::string_view line) {
                if (show_line_) show_line_(stream, line);
              },
          .on_gone = [this](const std::string&) { body_gone(); }};
}

void Fleet::set_tasks(Source source, json open) {
  tasks_ = std::move(source);
  open_ = std::move(open);
}

void Fleet::say(std::string_view message) {
  if (body_) body_->say(message);
}

void Fleet::flush(Duration patience) {
  if (body_) body_->flush(patience);
}

void Fleet::set_ready() {
  is_ready_ = true;
  dispatch();
}

void Fleet::set_room(std::size_t threads, std::size_t coroutines) {
  threads_ = std::max<std::size_t>(1, threads);
  coroutines_ = std::max<std::size_t>(1, coroutines);
}

std::size_t Fleet::capacity(Place place) const {
  switch (place) {
    case Place::threads:
      // What waits here keeps no thread busy.
      return threads_ + pace_.ahead(threads_) + waiting_.size();
    case Place::coroutines:
      return coroutines_;
    case Place::processes:
      break;
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

void Fleet::start(Place place, Job job) {
  if (place == Place::processes) return start_process(std::move(job));
  waiting_.push_back(std::move(job));
  dispatch();
}

/// After a death, what died with the worker runs one at a time, so that the one that kills is told from its neighbours.
void Fleet::dispatch() {
  while (is_ready_ && !waiting_.empty()) {
    bool alone = !suspects_.empty();
    if (alone && body_->in_hand() > 0) return;
    if (alone) {
      auto suspect = std::ranges::find_if(
          waiting_, [this](const Job& job) { return suspects_.contains(suspect_of(job.attempt.id)); });
      if (suspect != waiting_.end()) std::rotate(waiting_.begin(), suspect, suspect + 1);
    }
    body_->start(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Fleet::ended(AttemptId attempt, std::int64_t us) {
  pace_.note(std::chrono::microseconds{std::max<std::int64_t>(us, 1)});
  suspects_.erase(suspect_of(attempt));
  if (!waiting_.empty()) dispatch();
}

void Fleet::cancel(AttemptId attempt) {
  auto waits = std::ranges::find(waiting_, attempt, [](const Job& job) { return job.attempt.id; });
  if (waits != waiting_.end()) {
    auto job = std::move(*waits);
    waiting_.erase(waits);
    return job.reports->cancelled(attempt);
  }
  if (body_ && body_->has(attempt)) return body_->cancel(attempt, false);
  for (const auto& process : processes_) {
    if (process && process->job && process->job->attempt.id == attempt) {
      auto* reports = process->job->reports;
      process->job.reset();
      return reports->cancelled(attempt);
    }
    if (process && process->worker && process->worker->has(attempt)) {
      return process->worker->cancel(attempt, false);
    }
  }
}

/// Reports the attempts of a worker that is gone.
void Fleet::lose(std::vector<Job> jobs, const Worker& worker) {
  auto crash = crash_of(worker);
  for (auto& job : jobs) {
    auto attempt = job.attempt.id;
    if (worker.was_killed_for(attempt)) {
      job.reports->cancelled(attempt);
    } else {
      suspects_.insert(suspect_of(attempt));
      job.reports->failed(attempt, crash);
    }
  }
}

void Fleet::body_gone() {
  auto worker = std::move(body_);
  is_ready_ = false;
  lose(worker->take_all(), *worker);
  if (listener_->on_gone(worker->last_words())) return dispatch();
  for (auto& job : std::exchange(waiting_, {})) {
    job.reports->failed(job.attempt.id, crash_of(*worker));
  }
}

void Fleet::start_process(Job job) {
  for (auto& process : processes_) {
    if (!process || !process->is_ready || process->worker->in_hand() > 0) continue;
    return process->worker->start(std::move(job));
  }
  if (tasks_.file.empty()) {
    return job.reports->failed(
        job.attempt.id, {.message = "runner='processes' needs a flow in a file, which other processes can load",
                         .retryable = false});
  }
  auto number = processes_.size();
  auto worker = Worker::start(loop_, {.python = tasks_.python, .directory = tasks_.directory},
                              process_events(number));
  if (!worker) return job.reports->failed(job.attempt.id, {.message = to_text(worker.error())});
  processes_.push_back(std::make_unique<Process>(Process{.worker = std::move(*worker), .job = std::move(job)}));
}

WorkerEvents Fleet::process_events(std::size_t number) {
  return {.on_message = [this, number](std::string_view type,
                                       json& message) { process_said(number, type, message); },
          .on_line =
              [this](process::Stream stream, std::string_view line) {
                if (show_line_) show_line_(stream, line);
              },
          .on_gone = [this, number](const std::string&) { process_gone(number); }};
}

void Fleet::process_said(std::size_t number, std::string_view type, const json& message) {
  auto& process = *processes_[number];
  if (type == "hello") {
    process.worker->say(to_text(open_));
  } else if (type == "ready") {
    process.is_ready = true;
    if (auto job = std::exchange(process.job, std::nullopt)) process.worker->start(std::move(*job));
  } else if (type == "refused") {
    auto job = std::exchange(process.job, std::nullopt);
    const json* error = find(message, "error");
    if (!job) return;
    auto why = error ? string_or(*error, "message", "") : "";
    job->reports->failed(job->attempt.id, {.message = why, .retryable = false});
  } else if (type == "ask") {
    json asked = message;
    listener_->on_message(type, asked);
  }
}

void Fleet::process_gone(std::size_t number) {
  auto process = std::move(processes_[number]);
  if (!process) return;
  auto jobs = process->worker->take_all();
  if (process->job) jobs.push_back(std::move(*process->job));
  auto crash = crash_of(*process->worker);
  for (auto& job : jobs) {
    if (process->worker->was_killed_for(job.attempt.id)) {
      job.reports->cancelled(job.attempt.id);
    } else {
      job.reports->failed(job.attempt.id, crash);
    }
  }
}

}  // namespace weir::foreign
