// What executors are told and say, and what the remote service runs.
#include "audit.h"
#include "violation.h"

namespace weir::sim {

using End = AttemptEntry::End;

AttemptName name_of(const runtime::Attempt& attempt) {
  return {attempt.run_id, attempt.id.task, attempt.id.number};
}

std::string Audit::shown(const AttemptName& name) const {
  const auto* book = this->book(name.run);
  bool known = book && name.task < book->tasks().size();
  return fmt::format(
      "attempt {} of {} in run {}", name.number,
      known ? "'" + book->key(book->tasks()[name.task]) + "'" : fmt::format("task {}", name.task),
      book ? book->about().flow : name.run);
}

const AttemptEntry* Audit::entry_of(const AttemptName& name) const {
  const auto* book = this->book(name.run);
  return book ? book->find(name.task, name.number) : nullptr;
}

void Audit::on_handed_over(const runtime::Attempt& attempt) {
  AttemptName name = name_of(attempt);
  demand(!refused_, "{} was handed over after the disk had refused a write", shown(name));
  const auto* entry = entry_of(name);
  demand(entry, "{} was handed over and is not recorded", shown(name));
  demand(entry->end == End::none, "{} was handed over after it had ended", shown(name));
  demand(handed_over_.insert(name).second, "{} was handed over twice", shown(name));
  if (book(name.run)->is_being_cancelled(book(name.run)->tasks()[name.task])) owe_cancel_.insert(name);
  auto [live, alone] = live_.emplace(std::pair(name.run, name.task), name.number);
  demand(alone, "{} was handed over while attempt {} was under way", shown(name), live->second);
  demand(attempt.intent == entry->intent && attempt.remote == entry->remote,
         "{} was handed over without what is recorded of it", shown(name));

  demand(tokens_.try_emplace(name, attempt.token).first->second == attempt.token, "{} got a second token",
         shown(name));
  const auto& owner = owners_.try_emplace(attempt.token, name).first->second;
  demand(owner == name, "{} got the token of another one, task {} attempt {}", shown(name), owner.task,
         owner.number);

  const auto& book = *this->book(name.run);
  const auto& task = book.tasks()[name.task];
  demand(attempt.task == book.key(task), "{} was handed over as '{}'", shown(name), attempt.task);
  auto expected = book.inputs_of(task);
  bool taken_up = !entry->intent.is_null() && attempt.inputs.is_null();
  if (taken_up && (book.is_superseded(task) || power_was_cut_)) return;
  demand(expected.has_value(), "{} was handed over though its inputs cannot be filled", shown(name));
  demand(attempt.inputs == *expected, "{} got {} instead of {}", shown(name), to_text(attempt.inputs),
         to_text(*expected));
}

/// The intent must be recorded, and synced: a power cut now must find it.
void Audit::on_sending(const AttemptName& name) const {
  const auto* entry = entry_of(name);
  demand(entry && !entry->intent.is_null(), "{} was sent before its intent was recorded", shown(name));
}

void Audit::on_asked_to_cancel(const AttemptName& name) {
  demand(!refused_, "{} was to be cancelled after the disk had refused a write", shown(name));
  owe_cancel_.erase(name);
  const auto* book = this->book(name.run);
  const auto* entry = entry_of(name);
  demand(entry, "{} was to be cancelled and is not recorded", shown(name));
  const auto& task = book->tasks()[name.task];
  demand(entry->overdue || book->is_being_cancelled(task) || book->is_superseded(task),
         "{} was to be cancelled and nobody asked for it", shown(name));
}

void Audit::on_reported(const AttemptName& name, End end, const json& value) {
  reports_[name] = {end, value};
  owe_cancel_.erase(name);
  live_.erase({name.run, name.task});
}

void Audit::on_submitted(const RemoteService::RemoteRun& run, const json& body) const {
  demand(run.body == body, "a request was sent again with another body: {} instead of {}", to_text(body),
         to_text(run.body));
  auto owner = owners_.find(run.token);
  demand(owner != owners_.end(), "a request came with a token of no attempt");
  const auto* entry = entry_of(owner->second);
  demand(entry && entry->intent == body, "the service was asked for {}, whose history does not know of it",
         shown(owner->second));
}

void Audit::check_end() const {
  for (const auto& [number, book] : books_) {
    demand(book.end().has_value(), "run {} ('{}') never ended: {}", book.id(), book.about().flow,
           book.unfinished());
    auto seen = cancels_seen_.find(book.id());
    bool asked = seen != cancels_seen_.end() && seen->second == book.times_reopened();
    bool obeyed = book.end() == core::RunState::cancelled || book.about().timeout;
    demand(obeyed || !asked, "run {} forgot its cancel request", book.id());
    check_files(book);
  }
  for (const auto& run : accepted_) demand(book(run), "run {} was accepted and is lost", run);
  std::set<AttemptName> submitted;
  for (const auto& [id, run] : remote_.runs()) {
    const auto& name = owners_.at(run.token);
    demand(submitted.insert(name).second, "{} runs twice in the service", shown(name));
    check_remote_run(run);
  }
}

/// What the service ran, a history knows, with the same end.
void Audit::check_remote_run(const RemoteService::RemoteRun& run) const {
  const auto& name = owners_.at(run.token);
  const auto* entry = entry_of(name);
  demand(entry, "remote run {} belongs to {}, which no history knows", run.id, shown(name));
  demand(find_int(entry->remote, "run_id") == run.id, "{} does not know its remote run {}", shown(name),
         run.id);
  using State = RemoteService::State;
  auto is = run.outcome.is;
  bool crashed = entry->end == End::crashed || entry->end == End::failed;
  bool failed = is == Outcome::Is::skip ? entry->end == End::skipped : crashed;
  auto state = remote_.state(run.id);
  bool superseded = entry->end == End::superseded && state != State::running;
  bool agree = superseded || (state == State::succeeded && entry->end == End::succeeded) ||
               (state == State::failed && failed) ||
               (state == State::cancelled && (entry->end == End::cancelled || entry->end == End::timed_out));
  demand(agree, "remote run {} of {} ended otherwise than recorded", run.id, shown(name));
}

}  // namespace weir::sim
