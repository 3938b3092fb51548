#include "audit.h"

#include <algorithm>

#include "violation.h"

namespace weir::sim {

using End = AttemptEntry::End;

AttemptName name_of(const runtime::Attempt& attempt) {
  return {attempt.run_id, attempt.task, attempt.id.number};
}

std::string shown(const AttemptName& name) {
  return fmt::format("attempt {} of '{}' in run {}", name.number, name.task, name.run);
}

const RunBook* Audit::book(const std::string& run) const {
  auto found = std::ranges::find_if(books_, [&](const auto& entry) { return entry.second.id() == run; });
  return found == books_.end() ? nullptr : &found->second;
}

RunBook Audit::read(store::RunNumber run) const {
  RunBook book;
  for (const auto& event : disk_.history(run)) book.write(event);
  return book;
}

void Audit::on_begun(const store::RunSummary& run) {
  demand(!books_.contains(run.number), "run {} was begun twice", run.id);
  books_[run.number] = read(run.number);
  for (const auto& [number, stored] : disk_.runs()) synced_[number] = stored.rows.size();
}

void Audit::on_appended(const store::Batch& batch) {
  demand(!refused_, "something was written after the disk had refused a write");
  demand(untold_.empty(), "an event was recorded and nobody was told");
  for (const auto& [number, event] : batch.records) {
    auto& book = books_.at(number);
    bool starts = std::holds_alternative<core::AttemptStarted>(event.fact);
    demand(!(starts && held_), "an attempt started in a process that was told to start no more");
    check_sync(book, event, batch.sync);
    check_against_reports(book, event);
    book.write(event);
    if (std::holds_alternative<core::RunFinished>(event.fact)) check_at_rest(book);
    untold_.emplace_back(number, event.fact.index());
  }
  if (!batch.sync) return;
  for (const auto& [number, stored] : disk_.runs()) synced_[number] = stored.rows.size();
}

void Audit::check_sync(const RunBook& book, const core::Event& event, bool sync) const {
  bool precious = std::holds_alternative<core::AttemptIntended>(event.fact) ||
                  std::holds_alternative<core::AttemptAttached>(event.fact) ||
                  std::holds_alternative<core::CancelRequested>(event.fact);
  demand(sync || !precious, "an intent, a remote run or a cancel request was written without being synced");
  demand(sync || book.about().durability != core::Durability::disk,
         "an event of a run that must survive power loss was written without being synced");
}

/// Attempts end as their executor said, and not otherwise.
void Audit::check_against_reports(const RunBook& book, const core::Event& event) const {
  auto report_on = [&](core::TaskIndex task, std::uint32_t number) {
    demand(task < book.tasks().size(), "an event names a task that does not exist");
    AttemptName name{book.id(), book.tasks()[task].spec.key, number};
    auto found = reports_.find(name);
    demand(found != reports_.end(), "{} ended and its executor had not said so", shown(name));
    return std::pair(name, &found->second);
  };
  if (const auto* it = std::get_if<core::AttemptSucceeded>(&event.fact)) {
    auto [name, report] = report_on(it->task, it->number);
    demand(report->end == End::succeeded && report->value == it->value,
           "{} is recorded with another result than was reported", shown(name));
  } else if (const auto* failed = std::get_if<core::AttemptFailed>(&event.fact)) {
    auto [name, report] = report_on(failed->task, failed->number);
    bool late = failed->failure.why == core::Failure::Why::timeout;
    demand(!late || is_late(book.tasks()[failed->task]), "{} was found late before its time was over",
           shown(name));
    demand(report->end == (late ? End::cancelled : End::failed), "{} did not fail as recorded", shown(name));
  } else if (const auto* cancelled = std::get_if<core::AttemptCancelled>(&event.fact)) {
    auto [name, report] = report_on(cancelled->task, cancelled->number);
    demand(report->end == End::cancelled, "{} is recorded as cancelled and was not", shown(name));
  }
}

/// A run ends after everything it started has been seen to end.
void Audit::check_at_rest(const RunBook& book) const {
  for (const auto& [where, number] : live_) {
    demand(where.first != book.id(), "run {} ended while attempt {} of '{}' was under way", book.id(), number,
           where.second);
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
  if (std::holds_alternative<core::CancelRequested>(event.fact)) cancels_seen_.insert(books_.at(run).id());
}

void Audit::on_process_end() {
  untold_.clear();
  live_.clear();
  handed_over_.clear();
  reports_.clear();
  refused_ = false;
  held_ = false;
}

void Audit::on_power_cut(const std::map<store::RunNumber, std::size_t>& lost) {
  for (const auto& [run, events] : lost) {
    demand(disk_.runs().at(run).rows.size() >= synced_[run], "a power cut took events that had been synced");
    books_[run] = read(run);
  }
}

void Audit::on_handed_over(const runtime::Attempt& attempt) {
  AttemptName name = name_of(attempt);
  demand(!refused_, "{} was handed over after the disk had refused a write", shown(name));
  const auto* book = this->book(name.run);
  const auto* task = book ? book->find(name.task) : nullptr;
  const auto* entry = task ? book->find(name.task, name.number) : nullptr;
  demand(entry, "{} was handed over and is not recorded", shown(name));
  demand(entry->end == End::none, "{} was handed over after it had ended", shown(name));
  demand(handed_over_.insert(name).second, "{} was handed over twice", shown(name));
  auto [live, alone] = live_.emplace(std::pair(name.run, name.task), name.number);
  demand(alone, "{} was handed over while attempt {} was under way", shown(name), live->second);
  demand(attempt.intent == entry->intent && attempt.remote == entry->remote,
         "{} was handed over without what is recorded of it", shown(name));

  demand(tokens_.try_emplace(name, attempt.token).first->second == attempt.token, "{} got a second token",
         shown(name));
  demand(owners_.try_emplace(attempt.token, name).first->second == name,
         "{} got the token of another attempt", shown(name));

  json expected = task->spec.inputs;
  for (auto& [key, value] : expected.get_object()) {
    if (key == "constant") continue;
    const auto* upstream = book->find(std::string(key));
    value = upstream ? upstream->value : json("a task that does not exist");
  }
  demand(attempt.inputs == expected, "{} got {} instead of {}", shown(name), to_text(attempt.inputs),
         to_text(expected));
}

/// By the latest time the clock has shown: it may have been set back since.
bool Audit::is_late(const TaskEntry& task) const {
  const auto& timeout = task.spec.policy.timeout;
  return timeout && clock_.latest() >= task.attempts.back().started + *timeout;
}

void Audit::on_sending(const AttemptName& name) {
  const auto* entry = book(name.run) ? book(name.run)->find(name.task, name.number) : nullptr;
  demand(entry && !entry->intent.is_null(), "{} was sent before its intent was recorded", shown(name));
}

void Audit::on_asked_to_cancel(const AttemptName& name) {
  demand(!refused_, "{} was to be cancelled after the disk had refused a write", shown(name));
  const auto* book = this->book(name.run);
  const auto* entry = book ? book->find(name.task, name.number) : nullptr;
  demand(entry, "{} was to be cancelled and is not recorded", shown(name));
  demand(is_late(*book->find(name.task)) || book->is_cancelling(),
         "{} was to be cancelled and nobody asked for it", shown(name));
}

void Audit::on_reported(const AttemptName& name, End end, const json& value) {
  reports_[name] = {end, value};
  live_.erase({name.run, name.task});
}

void Audit::on_submitted(const RemoteService::RemoteRun& run, const json& body) {
  demand(run.body == body, "a request was sent again with another body: {} instead of {}", to_text(body),
         to_text(run.body));
  auto owner = owners_.find(run.token);
  demand(owner != owners_.end(), "a request came with a token of no attempt");
  const auto& name = owner->second;
  const auto* entry = book(name.run) ? book(name.run)->find(name.task, name.number) : nullptr;
  demand(entry && entry->intent == body, "the service was asked for {}, whose history does not know of it",
         shown(name));
}

void Audit::check_end() const {
  for (const auto& [number, book] : books_) {
    demand(book.end().has_value(), "run {} ('{}') never ended: {}", book.id(), book.about().flow,
           book.unfinished());
    bool cancelled = book.end() == core::RunState::cancelled;
    demand(cancelled || !cancels_seen_.contains(book.id()), "run {} forgot its cancel request", book.id());
  }
  for (const auto& run : accepted_) demand(book(run), "run {} was accepted and is lost", run);
  std::set<AttemptName> submitted;
  for (const auto& [id, run] : remote_.runs()) {
    bool once = submitted.insert(owners_.at(run.token)).second;
    demand(once, "{} runs twice in the service", shown(owners_.at(run.token)));
    check_remote_run(run);
  }
}

/// What the service ran, a history knows, with the same end.
void Audit::check_remote_run(const RemoteService::RemoteRun& run) const {
  const auto& name = owners_.at(run.token);
  const auto* entry = book(name.run) ? book(name.run)->find(name.task, name.number) : nullptr;
  demand(entry, "remote run {} belongs to {}, which no history knows", run.id, shown(name));
  demand(find_int(entry->remote, "run_id") == run.id, "{} does not know its remote run {}", shown(name),
         run.id);
  auto state = remote_.state(run.id);
  using State = RemoteService::State;
  bool agree = (state == State::succeeded && entry->end == End::succeeded) ||
               (state == State::failed && entry->end == End::failed) ||
               (state == State::cancelled && (entry->end == End::cancelled || entry->end == End::timed_out));
  demand(agree, "remote run {} of {} ended otherwise than recorded", run.id, shown(name));
}

}  // namespace weir::sim
