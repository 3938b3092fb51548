#include "workspace/jobs/runner/scheduler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

/// The loop's timers run by another clock than the one on the wall, which people and networks set: it is looked at again
/// after at most so long.
constexpr std::int64_t look_interval_ms_max = 30'000;

}  // namespace

Scheduler::Scheduler(Loop& loop, State& state, const Clock& clock, Start start)
    : loop_(loop), jobs_(state), clock_(clock), start_(std::move(start)) {}

Scheduler::~Scheduler() {
  if (timer_) loop_.cancel_timer(*timer_);
}

Result<void> Scheduler::recover() {
  auto jobs = jobs_.self_starting();
  if (!jobs) return std::unexpected(jobs.error());
  for (const Job& job : *jobs) changed(job);
  return {};
}

void Scheduler::changed(const Job& job) {
  entries_.erase(job.job_id);
  auto timetable = Timetable::read(job.settings, job.created_ms);
  if (!timetable)
    fmt::print(stderr, "workspace: job {} does not start by itself: {}\n", job.job_id,
               timetable.error().message);
  else if (auto next = *timetable ? (*timetable)->next_after(now_ms()) : std::nullopt)
    entries_[job.job_id] = {.timetable = std::move(**timetable), .next_ms = *next};
  arm();
}

void Scheduler::removed(std::int64_t job_id) {
  entries_.erase(job_id);
  arm();
}

std::optional<std::int64_t> Scheduler::next_of(std::int64_t job_id) const {
  auto found = entries_.find(job_id);
  return found == entries_.end() ? std::nullopt : std::optional(found->second.next_ms);
}

void Scheduler::look() {
  std::vector<std::int64_t> due;
  for (const auto& [job_id, entry] : entries_)
    if (entry.next_ms <= now_ms()) due.push_back(job_id);
  std::ranges::sort(due, {}, [&](std::int64_t job_id) { return entries_.at(job_id).next_ms; });
  for (std::int64_t job_id : due)
    if (auto found = entries_.find(job_id); found != entries_.end()) start(job_id, found->second);
  arm();
}

void Scheduler::start(std::int64_t job_id, Entry& entry) {
  auto next = entry.timetable.next_after(now_ms());
  if (next)
    entry.next_ms = *next;
  else
    entries_.erase(job_id);
  auto job = jobs_.find(job_id);
  if (!job)
    fmt::print(stderr, "workspace: job {}: {}\n", job_id, to_text(job.error()));
  else if (*job)
    start_(**job);
}

void Scheduler::arm() {
  if (timer_) loop_.cancel_timer(*timer_);
  timer_.reset();
  auto first = std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.next_ms; });
  if (first == entries_.end()) return;
  std::int64_t wait = std::clamp<std::int64_t>(first->second.next_ms - now_ms(), 0, look_interval_ms_max);
  timer_ = loop_.after(std::chrono::milliseconds(wait), [this] {
    timer_.reset();
    look();
  });
}

}  // namespace weir::workspace
