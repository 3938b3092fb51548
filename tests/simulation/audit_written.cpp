// What is written: every event against the run's book, and against what executors said.
#include <algorithm>

#include "audit.h"
#include "contents.h"
#include "violation.h"

namespace weir::sim {

using End = AttemptEntry::End;

const RunBook* Audit::book(const std::string& run) const {
  auto found = std::ranges::find_if(books_, [&](const auto& entry) { return entry.second.id() == run; });
  return found == books_.end() ? nullptr : &found->second;
}

RunBook Audit::read(store::RunNumber run) const {
  RunBook book;
  for (const auto& event : disk_.history(run)) book.write(event, Instant::max());
  return book;
}

void Audit::on_begun(const store::RunSummary& run) {
  demand(!books_.contains(run.number), "run {} was begun twice", run.id);
  books_[run.number] = read(run.number);
  adopted_.insert(run.number);
  for (const auto& [number, stored] : disk_.runs()) synced_[number] = stored.rows.size();
}

void Audit::on_appended(const store::Batch& batch) {
  demand(!refused_, "something was written after the disk had refused a write");
  if (!owe_cancel_.empty()) violate("{} goes on though its run is cancelled", shown(*owe_cancel_.begin()));
  demand(untold_.empty(), "an event was recorded and nobody was told");
  for (const auto& [number, event] : batch.records) {
    auto& book = books_.at(number);
    adopted_.insert(number);
    check_event(batch, book, event);
    if (const auto* start = std::get_if<core::AttemptStarted>(&event.fact)) {
      demand(!held_ || book.is_cancelling(),
             "an attempt started in a process that was told to start no more");
      demand(start->task < book.tasks().size(), "an attempt of a task that does not exist started");
      check_priority(book, book.tasks()[start->task]);
      check_room(book, book.tasks()[start->task]);
      starting_.insert(number);
      check_run_limit(number);
    }
    book.write(event, clock_.latest());
    if (std::holds_alternative<core::RunFinished>(event.fact)) {
      check_at_rest(book);
      check_results(book);
      check_declared(book);
      starting_.erase(number);
    }
    untold_.emplace_back(number, event.fact.index());
  }
  for (const auto& entry : batch.cache) check_kept(batch, entry);
  for (auto request : batch.acknowledged) check_answered(request);
  if (!batch.sync) return;
  for (const auto& [number, stored] : disk_.runs()) synced_[number] = stored.rows.size();
}

void Audit::check_event(const store::Batch& batch, const RunBook& book, const core::Event& event) const {
  check_sync(book, event, batch.sync);
  check_against_reports(book, event);
  if (const auto* request = std::get_if<core::CancelRequested>(&event.fact))
    check_cancel_reason(book, *request);
  if (const auto* done = std::get_if<core::AttemptSucceeded>(&event.fact)) check_stored(book, done->value);
  if (const auto* cached = std::get_if<core::TaskCached>(&event.fact)) {
    check_cached(book, *cached);
    check_stored(book, cached->value);
  }
}

void Audit::check_sync(const RunBook& book, const core::Event& event, bool sync) const {
  using namespace core;
  const auto& fact = event.fact;
  bool precious = std::holds_alternative<AttemptIntended>(fact) ||
                  std::holds_alternative<AttemptAttached>(fact) ||
                  std::holds_alternative<CancelRequested>(fact) || std::holds_alternative<RunPaused>(fact) ||
                  std::holds_alternative<RunUnpaused>(fact) || std::holds_alternative<RunReopened>(fact);
  demand(sync || !precious, "an intent, a remote run or a request was written without being synced");
  demand(sync || book.about().durability != Durability::disk,
         "an event of a run that must survive power loss was written without being synced");
}

/// Attempts end as their executor said, and not otherwise; without an executor fails only one whose inputs cannot be
/// filled, and is cancelled only one that was not handed over before its run was.
void Audit::check_against_reports(const RunBook& book, const core::Event& event) const {
  auto report_on = [&](core::TaskIndex task, std::uint32_t number) {
    AttemptName name{book.id(), task, number};
    auto found = reports_.find(name);
    demand(found != reports_.end(), "{} ended and its executor had not said so", shown(name));
    return std::pair(name, &found->second);
  };
  if (const auto* it = std::get_if<core::AttemptSucceeded>(&event.fact)) {
    auto [name, report] = report_on(it->task, it->number);
    demand(report->end == End::succeeded && report->value == content_of(it->value),
           "{} is recorded with another result than was reported", shown(name));
  } else if (const auto* failed = std::get_if<core::AttemptFailed>(&event.fact)) {
    demand(failed->task < book.tasks().size(), "a task that does not exist failed");
    const auto& task = book.tasks()[failed->task];
    bool startable = book.is_wanted(task) && book.inputs_of(task);
    if (!startable)
      return demand(!failed->retry_at, "'{}' cannot be filled and is tried again", book.key(task));
    auto [name, report] = report_on(failed->task, failed->number);
    using Why = core::Failure::Why;
    auto expected = failed->failure.why == Why::timeout   ? End::cancelled
                    : failed->failure.why == Why::crashed ? End::crashed
                                                          : End::failed;
    demand(report->end == expected, "{} did not fail as recorded", shown(name));
  } else if (const auto* superseded = std::get_if<core::AttemptSuperseded>(&event.fact)) {
    const auto* entry = book.find(superseded->task, superseded->number);
    bool was_sent = entry && !entry->intent.is_null();
    AttemptName own{book.id(), superseded->task, superseded->number};
    if (was_sent || handed_over_.contains(own)) report_on(superseded->task, superseded->number);
  } else if (const auto* cancelled = std::get_if<core::AttemptCancelled>(&event.fact)) {
    const auto* entry = book.find(cancelled->task, cancelled->number);
    AttemptName own{book.id(), cancelled->task, cancelled->number};
    bool began = (entry && !entry->intent.is_null()) || handed_over_.contains(own);
    bool is_asked_for = book.is_being_cancelled(book.tasks().at(cancelled->task));
    // A power cut may take the change that made it pointless: then it was ended where it runs, and nobody knows why.
    demand(is_asked_for || (began && power_was_cut_), "{} was cancelled and nobody asked for it", shown(own));
    if (!began) return;
    auto [name, report] = report_on(cancelled->task, cancelled->number);
    demand(report->end == End::cancelled, "{} is recorded as cancelled and was not", shown(name));
  } else if (const auto* skipped = std::get_if<core::AttemptSkipped>(&event.fact)) {
    auto [name, report] = report_on(skipped->task, skipped->number);
    demand(report->end == End::skipped, "{} is recorded as skipped and was not", shown(name));
  } else if (const auto* crashed = std::get_if<core::AttemptCrashed>(&event.fact);
             crashed && crashed->failure) {
    auto [name, report] = report_on(crashed->task, crashed->number);
    demand(report->end == End::crashed, "{} is recorded as crashed and was not", shown(name));
  }
}

void Audit::check_cancel_reason(const RunBook& book, const core::CancelRequested& request) const {
  bool by_time = request.reason == core::CancelRequested::Reason::timeout;
  bool over = book.about().timeout && clock_.latest() >= book.started() + *book.about().timeout;
  demand(!by_time || over, "run {} timed out before its time was over", book.id());
  bool planned = plan_.run_of(book.about()).cancelled.has_value();
  demand(by_time || planned, "run {} was cancelled and nobody asked for it", book.id());
}

/// A result from the cache is what the task would have made of its inputs, and somebody did make it.
void Audit::check_cached(const RunBook& book, const core::TaskCached& fact) const {
  demand(fact.task < book.tasks().size(), "a task that does not exist was cached");
  const auto& task = book.tasks()[fact.task];
  auto inputs = book.inputs_of(task);
  demand(inputs && content_of(fact.value) == value_of(book.key(task), *inputs), "'{}' got {} from the cache",
         book.key(task), to_text(fact.value));
  demand(this->book(fact.run_id), "'{}' got a result that no known run made", book.key(task));
}

void Audit::check_kept(const store::Batch& batch, const store::CacheEntry& entry) const {
  const auto* book = this->book(entry.result.run_id);
  auto task = book ? book->index_of(entry.result.task) : std::nullopt;
  demand(task.has_value(), "a result of nobody is kept for later runs");
  const auto& policy = book->policy_of(book->tasks()[*task]);
  bool recorded = std::ranges::any_of(batch.records, [&](const store::Record& record) {
    const auto* done = std::get_if<core::AttemptSucceeded>(&record.event.fact);
    return done && done->task == *task && done->value == entry.result.value &&
           record.event.at == entry.result.made_at;
  });
  demand(recorded && policy.cache, "a result of '{}' is kept that was not recorded, or not meant to be",
         entry.result.task);
  auto expires =
      policy.cache->expires ? std::optional(entry.result.made_at + *policy.cache->expires) : std::nullopt;
  demand(expires == entry.result.expires_at, "the result of '{}' is kept until the wrong time",
         entry.result.task);
}

/// What an event refers to is there when it is written.
void Audit::check_stored(const RunBook& book, const json& value) const {
  auto file = file_of(value);
  demand(file.empty() || disk_.file(book.id(), file), "an event refers to a file that is not there: {}",
         to_text(value));
}

/// Whatever ran again, changed or was cached: a result is what the task gives for its inputs as they are at the end.
void Audit::check_results(const RunBook& book) const {
  for (const auto& task : book.tasks()) {
    if (task.phase != TaskEntry::Phase::succeeded || !task.value) continue;
    auto inputs = book.inputs_of(task);
    demand(!inputs || *task.value == value_of(book.key(task), *inputs),
           "'{}' ended with {}, which does not follow from its inputs {}", book.key(task),
           to_text(*task.value), to_text(*inputs));
  }
}

/// What the body of this life has declared is what the run has done.
void Audit::check_declared(const RunBook& book) const {
  if (book.is_cancelling()) return;
  demand(book.is_closed_anew() || !plan_.run_of(book.about()).open,
         "run {} ended before the body of this life had", book.id());
  for (const auto& [where, spec] : declared_) {
    if (where.first != book.id()) continue;
    const auto* stage = book.stage(where.second);
    auto identity = [](const core::TaskSpec& it) {
      return to_text(JsonArray{json(it.kind), it.inputs, it.map.value_or(nullptr),
                               json(JsonArray(it.upstreams.begin(), it.upstreams.end()))});
    };
    demand(stage && identity(stage->spec) == identity(spec),
           "the run ended with another '{}' than its body had declared", where.second);
  }
}

/// What somebody may still look at, or go on from, is there.
void Audit::check_files(const RunBook& book) const {
  if (power_was_cut_ || book.times_reopened() > 0) return;
  for (const auto& task : book.tasks()) {
    if (task.phase != TaskEntry::Phase::succeeded || task.file.empty()) continue;
    const auto& policy = book.policy_of(task);
    bool dropped =
        book.end() == core::RunState::succeeded && book.has_readers(task) && !policy.persist && !policy.cache;
    demand(dropped || disk_.file(book.id(), task.file), "the result of '{}' is not there any more",
           book.key(task));
  }
}

void Audit::on_body_begun(const std::string& run) {
  std::erase_if(declared_, [&](const auto& entry) { return entry.first.first == run; });
}

/// A request that is taken from the store has been obeyed.
void Audit::check_answered(std::int64_t number) const {
  auto found = asked_.find(number);
  demand(found != asked_.end(), "request {} was answered and never made", number);
  const auto& book = books_.at(found->second.run);
  auto what = string_or(found->second.body, "do", "");
  demand(what != "cancel" || book.is_cancelling() || book.end(), "a cancel request was taken and not obeyed");
  bool is_revoked = std::any_of(std::next(found), asked_.end(), [&](const auto& later) {
    return later.second.run == found->second.run && string_or(later.second.body, "do", "") == "unpause";
  });  // both may be taken in one turn
  demand(what != "pause" || book.is_paused() || is_revoked || book.end(),
         "a pause request was taken and not obeyed");
}

/// A run ends after everything it started has been seen to end.
void Audit::check_at_rest(const RunBook& book) const {
  for (const auto& [where, number] : live_) {
    demand(where.first != book.id(), "run {} ended while {} was under way", book.id(),
           shown({where.first, where.second, number}));
  }
  for (const auto& [id, run] : remote_.runs()) {
    bool ours = find_string(run.body, "run") == book.id();
    demand(!ours || remote_.state(id) != RemoteService::State::running,
           "run {} ended while remote run {} went on", book.id(), id);
  }
}

void Audit::on_told(store::RunNumber run, const core::Event& event) {
  demand(!untold_.empty() && untold_.front() == std::pair(run, event.fact.index()),
         "an observer was told of something that was not what was recorded next");
  untold_.pop_front();
  const auto& book = books_.at(run);
  if (std::holds_alternative<core::CancelRequested>(event.fact))
    cancels_seen_[book.id()] = book.times_reopened();
}

void Audit::on_process_end() {
  untold_.clear();
  live_.clear();
  handed_over_.clear();
  owe_cancel_.clear();
  reports_.clear();
  adopted_.clear();
  starting_.clear();
  declared_.clear();
  refused_ = false;
  held_ = false;
}

void Audit::on_power_cut(const std::map<store::RunNumber, std::size_t>& lost) {
  power_was_cut_ = true;
  for (const auto& [run, events] : lost) {
    demand(disk_.runs().at(run).rows.size() >= synced_[run], "a power cut took events that had been synced");
    books_[run] = read(run);
  }
  for (const auto& [run, book] : books_) {
    bool promised = book.about().durability == core::Durability::disk;
    if (!promised || book.end() || book.times_reopened() > 0) continue;
    auto history = disk_.history(run);
    for (std::size_t i = 0; i < synced_[run] && i < history.size(); ++i) {
      const auto* done = std::get_if<core::AttemptSucceeded>(&history[i].fact);
      if (done) check_stored(book, done->value);
    }
  }
}

}  // namespace weir::sim
