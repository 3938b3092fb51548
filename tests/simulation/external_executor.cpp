#include "external_executor.h"

namespace weir::sim {

using namespace std::chrono_literals;

std::vector<core::Kind> ExternalExecutor::kinds() const {
  core::Kind kind;
  kind.name = "remote";
  kind.open = true;
  kind.external = true;
  return {kind};
}

Duration ExternalExecutor::latency() {
  auto& dice = site_.weather.dice();
  bool slow = site_.weather.strikes(0.1);
  return dice.between(Duration{1ms}, slow ? Duration{10s} : Duration{50ms});
}

void ExternalExecutor::start(runtime::Attempt attempt, runtime::Reports& reports) {
  AttemptName name = name_of(attempt);
  site_.trace("executor: {} of {} starts remotely, intent {}, remote {}", name.number, attempt.task,
              to_text(attempt.intent), to_text(attempt.remote));
  site_.audit.on_handed_over(attempt);
  site_.maybe_die(site_.weather.crash_at_call);
  // What was sent is what counts, also when what it was made from is gone.
  if (const json* sent = find(attempt.intent, "inputs")) attempt.inputs = *sent;
  auto job = std::make_shared<Job>(Job{attempt, &reports});
  jobs_[attempt.id] = job;
  if (auto id = find_int(attempt.remote, "run_id")) {
    job->remote = *id;
    return watch(job);
  }
  if (!attempt.intent.is_null()) {
    job->body = attempt.intent;
    return send(job);
  }
  json body = {{"run", name.run}, {"task", name.task}, {"number", name.number}, {"inputs", attempt.inputs}};
  site_.timeline.after(latency(), owner_, [this, job, body] {
    if (is_over(job)) return;
    job->body = body;
    site_.meddle(job->attempt.run_id);
    job->reports->intend(job->attempt.id, body, [this, job] {
      if (!is_over(job)) send(job);
    });
  });
}

/// The request may be lost, its answer may be lost, and both may come late: after the process has died, even.
void ExternalExecutor::send(const JobPtr& job) {
  if (is_over(job)) return;
  job->stage = Job::Stage::sending;
  AttemptName name = name_of(job->attempt);
  site_.audit.on_sending(name);
  site_.maybe_die(site_.weather.crash_at_call);
  auto& weather = site_.weather;
  if (!weather.strikes(weather.lost_message)) {
    // The service acts whatever becomes of the process that asked; only the answer needs it.
    auto answered = latency();
    bool lost = weather.strikes(weather.lost_message);
    auto deliver = [&site = site_, token = job->attempt.token, body = job->body, name,
                    key = job->attempt.task] {
      const auto* known = site.remote.find(token);
      const auto& run =
          known ? site.remote.submit_again(token) : site.remote.create(token, body, site.outcome(name));
      site.trace("service: {} of {} is remote run {}{}", name.number, key, run.id, known ? ", again" : "");
      site.audit.on_submitted(run, body);
    };
    Duration arrives = latency();
    site_.timeline.after(arrives, Timeline::world, deliver);
    if (!lost) {
      site_.timeline.after(arrives + answered, owner_, [this, job] {
        if (!is_over(job)) answer(job, site_.remote.find(job->attempt.token)->id);
      });
    }
  }
  site_.timeline.after(2s, owner_, [this, job] {
    if (!is_over(job) && job->stage == Job::Stage::sending) send(job);
  });
}

void ExternalExecutor::answer(const JobPtr& job, std::int64_t remote) {
  if (job->stage == Job::Stage::watching) return;
  job->remote = remote;
  job->reports->attached(job->attempt.id, {{"run_id", remote}});
  watch(job);
}

void ExternalExecutor::watch(const JobPtr& job) {
  job->stage = Job::Stage::watching;
  job->pace = 100ms;
  poll(job);
}

void ExternalExecutor::poll(const JobPtr& job) {
  if (is_over(job)) return;
  auto& weather = site_.weather;
  bool heard = !weather.strikes(weather.lost_message);
  if (heard) {
    auto state = site_.remote.state(job->remote);
    if (state == RemoteService::State::cancelled) return end(job, Outcome::Is::hang);
    if (state != RemoteService::State::running) return end(job, site_.remote.run(job->remote).outcome.is);
    if (job->cancelling) {
      site_.remote.cancel(job->remote, weather.dice().between(Duration{0}, Duration{2s}));
      job->pace = 500ms;
    }
  }
  job->pace = std::min<Duration>(job->pace * 2, 30s);
  site_.timeline.after(job->pace, owner_, [this, job] { poll(job); });
}

void ExternalExecutor::cancel(runtime::AttemptId attempt) {
  auto found = jobs_.find(attempt);
  if (found == jobs_.end()) return;
  JobPtr job = found->second;
  site_.trace("executor: {} of {} is to be cancelled", attempt.number, job->attempt.task);
  site_.audit.on_asked_to_cancel(name_of(job->attempt));
  site_.maybe_die(site_.weather.crash_at_call);
  job->cancelling = true;
  if (job->stage == Job::Stage::intending) return end(job, Outcome::Is::hang);
  if (job->stage == Job::Stage::watching) site_.timeline.after(latency(), owner_, [this, job] { poll(job); });
}

void ExternalExecutor::end(const JobPtr& job, Outcome::Is outcome) {
  jobs_.erase(job->attempt.id);
  reporter_.end(*job->reports, job->attempt, outcome);
}

}  // namespace weir::sim
