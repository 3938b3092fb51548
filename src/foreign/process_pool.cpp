#include "foreign/process_pool.h"

#include <algorithm>
#include <thread>

namespace weir::foreign {

using runtime::AttemptId;

void ProcessPool::set_tasks(std::optional<WorkerCommand> command, json open) {
  command_ = std::move(command);
  open_ = std::move(open);
  is_set_ = true;
  for (auto& job : std::exchange(early_, {})) start(std::move(job));
}

std::size_t ProcessPool::capacity() { return std::max(1u, std::thread::hardware_concurrency()); }

void ProcessPool::start(Job job) {
  if (!is_set_) return early_.push_back(std::move(job));
  for (auto& process : processes_) {
    if (process && process->is_ready && process->worker->in_hand() == 0) {
      return process->worker->start(std::move(job));
    }
  }
  launch(std::move(job));
}

void ProcessPool::launch(Job job) {
  if (!command_) {
    return job.reports->failed(
        job.attempt.id,
        {.message = "runner='processes' needs a flow in a file, which other processes can load",
         .retryable = false});
  }
  auto place = free_place();
  auto worker = Worker::start(loop_, *command_, events_of(place));
  if (!worker) return job.reports->failed(job.attempt.id, {.message = to_text(worker.error())});
  processes_[place] = std::make_unique<Process>(Process{.worker = std::move(*worker), .job = std::move(job)});
}

std::size_t ProcessPool::free_place() {
  auto free = std::ranges::find_if(processes_, [](const auto& process) { return !process; });
  if (free == processes_.end()) free = processes_.insert(free, nullptr);
  return static_cast<std::size_t>(free - processes_.begin());
}

WorkerEvents ProcessPool::events_of(std::size_t place) {
  return {.on_message = [this, place](std::string_view type, json& message) { said(place, type, message); },
          .on_line = events_.on_line,
          .on_gone = [this, place] { gone(place); }};
}

void ProcessPool::said(std::size_t place, std::string_view type, json& message) {
  auto& process = *processes_[place];
  if (type == "hello") {
    process.worker->say(to_text(open_));
  } else if (type == "ready") {
    process.is_ready = true;
    if (auto job = std::exchange(process.job, std::nullopt)) process.worker->start(std::move(*job));
  } else if (type == "refused") {
    refused(process, message);
  } else {
    events_.on_message(type, message);
  }
}

/// The file cannot be loaded: another process would do no better.
void ProcessPool::refused(Process& process, const json& message) {
  auto job = std::exchange(process.job, std::nullopt);
  if (!job) return;
  const json* error = find(message, "error");
  runtime::Failure failure{.message = error ? string_or(*error, "message", "") : "", .retryable = false};
  if (error) failure.trace = string_or(*error, "trace", "");
  job->reports->failed(job->attempt.id, failure);
}

void ProcessPool::cancel(AttemptId attempt) {
  auto early = std::ranges::find(early_, attempt, [](const Job& job) { return job.attempt.id; });
  if (early != early_.end()) {
    auto* reports = early->reports;
    early_.erase(early);
    return reports->cancelled(attempt);
  }
  for (const auto& process : processes_) {
    if (!process) continue;
    if (process->job && process->job->attempt.id == attempt) {
      auto* reports = process->job->reports;
      process->job.reset();
      return reports->cancelled(attempt);
    }
    if (process->worker->has(attempt)) return process->worker->cancel(attempt);
  }
}

void ProcessPool::gone(std::size_t place) {
  auto process = std::exchange(processes_[place], nullptr);
  process->worker->report_losses();
  if (process->job) process->job->reports->failed(process->job->attempt.id, process->worker->crash());
}

}  // namespace weir::foreign
