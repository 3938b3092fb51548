#include "remote_service.h"

namespace weir::sim {
namespace {

RemoteService::State end_of(Outcome::Is outcome) {
  return outcome == Outcome::Is::success ? RemoteService::State::succeeded : RemoteService::State::failed;
}

}  // namespace

const RemoteService::RemoteRun* RemoteService::find(const std::string& token) const {
  auto found = by_token_.find(token);
  return found == by_token_.end() ? nullptr : &runs_.at(found->second);
}

const RemoteService::RemoteRun& RemoteService::create(const std::string& token, json body,
                                                      const Outcome& outcome) {
  auto id = static_cast<std::int64_t>(runs_.size() + 1);
  auto& run = runs_[id];
  run.id = id;
  run.token = token;
  run.body = std::move(body);
  run.outcome = outcome;
  run.submissions = 1;
  if (outcome.is != Outcome::Is::hang) {
    run.ends = timeline_.now() + outcome.lasts;
    run.end = end_of(outcome.is);
  }
  by_token_[token] = id;
  return run;
}

const RemoteService::RemoteRun& RemoteService::submit_again(const std::string& token) {
  auto& run = runs_.at(by_token_.at(token));
  ++run.submissions;
  return run;
}

RemoteService::State RemoteService::state(std::int64_t id) const {
  const auto& run = runs_.at(id);
  return run.ends && *run.ends <= timeline_.now() ? run.end : State::running;
}

void RemoteService::cancel(std::int64_t id, Duration delay) {
  auto& run = runs_.at(id);
  Duration stops = timeline_.now() + delay;
  if (run.ends && *run.ends <= stops) return;
  run.ends = stops;
  run.end = State::cancelled;
}

}  // namespace weir::sim
