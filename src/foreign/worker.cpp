#include "foreign/worker.h"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/duration.h"
#include "base/utf8.h"

namespace weir::foreign {
namespace {

using runtime::AttemptId;

constexpr Duration patience_with_exit = std::chrono::milliseconds{200};  ///< from the end of its connection
constexpr std::size_t last_lines_max = 40;

Result<std::pair<process::Fd, process::Fd>> make_sockets() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(Code::unavailable, "cannot start a worker: too many open files",
                "raise the limit: ulimit -n");
  }
  return std::pair{process::Fd(ends[0]), process::Fd(ends[1])};
}

std::optional<runtime::Level> level_from(std::string_view name) {
  if (name == "debug") return runtime::Level::debug;
  if (name == "info") return runtime::Level::info;
  if (name == "warning") return runtime::Level::warning;
  if (name == "error") return runtime::Level::error;
  return std::nullopt;
}

void log_lines(const Job& job, const json& message) {
  const json* lines = find(message, "lines");
  if (!lines || !lines->is_array()) return;
  for (const auto& line : lines->get_array()) {
    const auto* parts = line.if_array();
    if (!parts || parts->size() != 2 || !parts->at(0).is_string() || !parts->at(1).is_string()) continue;
    auto level = level_from(std::string_view(parts->at(0).get_string()));
    job.reports->log(job.attempt.id, level.value_or(runtime::Level::info),
                     std::string(parts->at(1).get_string()));
  }
}

runtime::Failure failure_in(const json& message) {
  const json* failure = find(message, "failure");
  if (failure) return core::failure_from(*failure);
  return {.message = "the worker did not say why"};
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::start(Loop& loop, const WorkerCommand& command, WorkerEvents events) {
  auto sockets = make_sockets();
  if (!sockets) return std::unexpected(sockets.error());
  auto worker = std::unique_ptr<Worker>(new Worker(loop, std::move(events), command.cancel_patience));
  process::Command started{.argv = {command.python, "-m", "weir.worker"},
                           .environment = process::inherited_environment({{"PYTHONUNBUFFERED", "1"}}),
                           .directory = command.directory};
  auto* raw = worker.get();
  auto child = process::Child::start(
      loop, started,
      {.on_line = [raw](process::Stream stream, std::string_view line) { raw->take_line(stream, line); },
       .on_exit = [raw](process::Exit exit) { raw->exited(exit); }},
      sockets->second);
  if (!child) return std::unexpected(child.error());
  worker->child_ = std::move(*child);
  worker->listen(std::move(sockets->first));
  worker->wait_for_hello(command.hello_patience);
  return worker;
}

std::unique_ptr<Worker> Worker::adopt(Loop& loop, process::Fd socket, WorkerEvents events) {
  auto worker = std::unique_ptr<Worker>(new Worker(loop, std::move(events), Duration{0}));
  worker->listen(std::move(socket));
  return worker;
}

Worker::~Worker() { *alive_ = false; }

/// What Python says as it dies is the trace of the attempts that die with it: that is shown, once.
void Worker::take_line(process::Stream stream, std::string_view line) {
  remember(to_utf8(line));
  if (line.starts_with("Fatal Python error: ") && in_hand_ > 0) is_dying_ = true;
  if (events_.on_line && !is_dying_) events_.on_line(stream, line);
}

void Worker::remember(std::string line) {
  last_lines_.push_back(std::move(line));
  if (last_lines_.size() > last_lines_max) last_lines_.pop_front();
}

void Worker::wait_for_hello(Duration patience) {
  loop_.after(patience, [this, alive = alive_, patience] {
    if (!*alive || has_spoken_ || exit_) return;
    remember(fmt::format("it has said nothing for {} and was ended", to_text(patience)));
    child_->terminate(Duration{0});
  });
}

void Worker::listen(process::Fd socket) {
  socket_ =
      std::make_unique<LineSocket>(loop_, std::move(socket),
                                   SocketEvents{.on_message = [this](json& message) { take(message); },
                                                .on_batch =
                                                    [this] {
                                                      if (events_.on_batch) events_.on_batch();
                                                    },
                                                .on_end = [this](const std::string& why) { gone(why); }});
}

void Worker::start(Job job) {
  auto id = static_cast<std::uint32_t>(jobs_.size());
  if (free_.empty()) {
    jobs_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  const auto& attempt = job.attempt;
  say(fmt::format(R"({{"type":"start","id":{},"task":{},"number":{},"token":"{}","inputs":{}}})", id,
                  to_text(json(attempt.task)), attempt.id.number, attempt.token, to_text(attempt.inputs)));
  job.attempt.inputs = nullptr;  // the history has them
  jobs_[id] = std::move(job);
  ++in_hand_;
}

void Worker::cancel(AttemptId attempt) {
  auto id = find(attempt);
  if (!id) return;
  auto& job = jobs_[*id];
  job.is_cancelled = true;
  bool is_overdue = job.attempt.deadline && SystemClock{}.now() >= *job.attempt.deadline;
  say(fmt::format(R"({{"type":"cancel","id":{},"why":"{}"}})", *id, is_overdue ? "timeout" : "cancel"));
  if (!child_) return;
  loop_.after(cancel_patience_, [this, alive = alive_, attempt] {
    if (!*alive || !has(attempt)) return;
    is_ended_for_cancel_ = true;
    child_->terminate(Duration{0});
  });
}

std::optional<std::uint32_t> Worker::find(AttemptId attempt) const {
  auto found = std::ranges::find_if(
      jobs_, [&](const Job& job) { return job.reports != nullptr && job.attempt.id == attempt; });
  if (found == jobs_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - jobs_.begin());
}

void Worker::report_losses() {
  auto died_of = crash();
  for (const auto& job : std::exchange(jobs_, {})) {
    if (!job.reports) continue;
    if (job.is_cancelled) {
      job.reports->cancelled(job.attempt.id);
    } else if (is_ended_for_cancel_) {
      job.reports->log(job.attempt.id, runtime::Level::warning, died_of.message + "; it runs again");
      job.reports->lost(job.attempt.id);
    } else {
      job.reports->failed(job.attempt.id, died_of);
    }
  }
  free_.clear();
  in_hand_ = 0;
}

std::vector<AttemptId> Worker::suspects() const {
  std::vector<AttemptId> suspects;
  if (is_ended_for_cancel_) return suspects;
  for (const auto& job : jobs_) {
    if (job.reports && !job.is_cancelled) suspects.push_back(job.attempt.id);
  }
  return suspects;
}

void Worker::take(json& message) {
  has_spoken_ = true;
  const json* type = weir::find(message, "type");
  if (!type || !type->is_string()) return;
  std::string_view name = type->get_string();
  const json* error = name == "refused" ? weir::find(message, "error") : nullptr;
  if (error) refused_ = string_or(*error, "message", "");
  if (!take_of_attempt(name, message)) events_.on_message(name, message);
}

bool Worker::take_of_attempt(std::string_view type, json& message) {
  bool is_end = type == "succeeded" || type == "failed" || type == "skipped" || type == "cancelled";
  if (!is_end && type != "log") return false;
  auto number = find_int(message, "id").value_or(-1);
  if (number < 0 || static_cast<std::size_t>(number) >= jobs_.size()) return true;
  auto id = static_cast<std::uint32_t>(number);
  const Job& job = jobs_[id];
  if (!job.reports) return true;
  if (!is_end) {
    log_lines(job, message);
    return true;
  }
  auto attempt = job.attempt.id;
  if (type == "succeeded") {
    json* value = weir::find(message, "value");
    job.reports->succeeded(attempt, value ? std::move(*value) : json(nullptr));
  } else if (type == "failed") {
    job.reports->failed(attempt, failure_in(message));
  } else if (type == "skipped") {
    job.reports->skipped(attempt, string_or(message, "reason", ""));
  } else {
    job.reports->cancelled(attempt);
  }
  end(id, int_or(message, "us", 0));
  return true;
}

void Worker::end(std::uint32_t id, std::int64_t us) {
  auto attempt = jobs_[id].attempt.id;
  jobs_[id] = Job{};
  free_.push_back(id);
  --in_hand_;
  if (events_.on_ended) events_.on_ended(attempt, us);
}

/// The connection is the worker's life: a process that lost it is ended.
void Worker::gone(const std::string& why) {
  is_connected_ = false;
  broke_off_ = why;
  if (!child_ || exit_) return tell_gone();
  // As a rule it is dying by itself, and its own end says more than ours would.
  loop_.after(patience_with_exit, [this, alive = alive_] {
    if (*alive && !exit_) child_->terminate(Duration{0});
  });
}

void Worker::exited(process::Exit exit) {
  exit_ = exit;
  if (!is_connected_) tell_gone();
  // else what it said last is still being read, and its end after that
}

void Worker::tell_gone() {
  loop_.post([this, alive = alive_] {
    if (!*alive) return;
    if (auto on_gone = std::move(events_.on_gone)) on_gone();
  });
}

std::string Worker::last_words() const {
  std::string words;
  for (const auto& line : last_lines_) words += line + "\n";
  return words + how_it_ended();
}

std::string Worker::how_it_ended() const {
  if (!broke_off_.empty()) return "what it said cannot be understood: " + broke_off_;
  if (!exit_) return "its connection broke";
  if (exit_->signal == 0) return fmt::format("the process ended with code {}", exit_->code);
  return fmt::format("the process was ended by signal {} ({})", exit_->signal, ::strsignal(exit_->signal));
}

runtime::Failure Worker::crash() const {
  runtime::Failure crash{.why = runtime::Failure::Why::crashed};
  if (!refused_.empty()) {
    crash.message = "no worker: " + refused_;
  } else if (is_ended_for_cancel_) {
    crash.message = "the worker was ended, because another task in it did not heed its cancel";
  } else {
    crash.message = "the worker died: " + how_it_ended();
  }
  for (const auto& line : last_lines_) crash.trace += (crash.trace.empty() ? "" : "\n") + line;
  return crash;
}

}  // namespace weir::foreign
