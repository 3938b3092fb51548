// Watches a simulated world from every side (what is written, what executors are told and report, what the
// remote service runs) and throws Violation at the first promise that is broken. Shares no code with what it
// watches.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "disk.h"
#include "plan.h"
#include "remote_service.h"
#include "run_book.h"
#include "runtime/executor.h"
#include "sim_loop.h"
#include "slots.h"

namespace weir::sim {

/// One attempt, wherever and in whichever process.
struct AttemptName {
  std::string run{};  ///< id
  core::TaskIndex task = 0;
  std::uint32_t number = 0;
  friend auto operator<=>(const AttemptName&, const AttemptName&) = default;
};

AttemptName name_of(const runtime::Attempt& attempt);

class Audit {
 public:
  Audit(const Plan& plan, const Disk& disk, const Slots& slots, const RemoteService& remote,
        const SimClock& clock)
      : plan_(plan), disk_(disk), slots_(slots), remote_(remote), clock_(clock) {}

  // audit_written.cpp: what is written, and told to observers.
  void on_begun(const store::RunSummary& run);
  void on_appended(const store::Batch& batch);
  void on_refused() { refused_ = true; }
  void on_told(store::RunNumber run, const core::Event& event);
  void on_held() { held_ = true; }
  void on_asked(const store::Request& request) { asked_[request.number] = request; }
  void on_accepted(const std::string& run) { accepted_.insert(run); }
  void on_process_end();
  void on_declared(const std::string& run, const core::TaskSpec& spec) { declared_[{run, spec.key}] = spec; }
  void on_body_begun(const std::string& run);
  void on_power_cut(const std::map<store::RunNumber, std::size_t>& lost);

  // audit_attempts.cpp: what executors see and say, and what the service does.
  void on_handed_over(const runtime::Attempt& attempt);
  void on_sending(const AttemptName& name) const;
  void on_asked_to_cancel(const AttemptName& name);
  void on_reported(const AttemptName& name, AttemptEntry::End end, const json& value);
  void on_submitted(const RemoteService::RemoteRun& run, const json& body) const;

  /// Everything has come to rest.
  void check_end() const;

  const RunBook* book(const std::string& run) const;
  const RunBook& book(store::RunNumber run) const { return books_.at(run); }
  const std::map<store::RunNumber, RunBook>& books() const { return books_; }
  std::string shown(const AttemptName& name) const;

 private:
  struct Report {
    AttemptEntry::End end;
    json value;
  };

  void check_event(const store::Batch& batch, const RunBook& book, const core::Event& event) const;
  void check_sync(const RunBook& book, const core::Event& event, bool sync) const;
  void check_against_reports(const RunBook& book, const core::Event& event) const;
  void check_cancel_reason(const RunBook& book, const core::CancelRequested& request) const;
  void check_cached(const RunBook& book, const core::TaskCached& fact) const;
  void check_kept(const store::Batch& batch, const store::CacheEntry& entry) const;
  void check_stored(const RunBook& book, const json& value) const;
  void check_results(const RunBook& book) const;
  void check_declared(const RunBook& book) const;
  void check_files(const RunBook& book) const;
  void check_answered(std::int64_t request) const;
  void check_at_rest(const RunBook& book) const;
  RunBook read(store::RunNumber run) const;

  // audit_room.cpp: limits, priorities, runs of a flow at a time.
  void check_room(const RunBook& book, const TaskEntry& task) const;
  void check_priority(const RunBook& book, const TaskEntry& task) const;
  void check_run_limit(store::RunNumber run) const;

  const AttemptEntry* entry_of(const AttemptName& name) const;
  void check_remote_run(const RemoteService::RemoteRun& run) const;

  const Plan& plan_;
  const Disk& disk_;
  const Slots& slots_;
  const RemoteService& remote_;
  const SimClock& clock_;

  std::map<store::RunNumber, RunBook> books_;
  std::map<store::RunNumber, std::size_t> synced_;  ///< events of the run that no power cut may take
  std::map<std::int64_t, store::Request> asked_;    ///< all requests there ever were
  std::set<std::string> accepted_;
  std::map<std::string, std::uint32_t>
      cancels_seen_;  ///< by run, with how often it had been reopened by then
  std::map<AttemptName, std::string> tokens_;
  std::map<std::string, AttemptName> owners_;  ///< of tokens

  bool power_was_cut_ = false;

  // Of the process that runs now.
  std::map<std::pair<std::string, std::string>, core::TaskSpec> declared_;  ///< by run and key
  std::deque<std::pair<store::RunNumber, std::size_t>> untold_;             ///< run and kind of fact
  std::map<std::pair<std::string, core::TaskIndex>, std::uint32_t> live_;   ///< run and task to attempt
  std::set<AttemptName> handed_over_;
  std::set<AttemptName> owe_cancel_;  ///< handed over in a run that is cancelled, and not asked to end yet
  std::map<AttemptName, Report> reports_;
  std::set<store::RunNumber> adopted_;
  std::set<store::RunNumber> starting_;  ///< adopted runs that have started attempts here
  bool refused_ = false;
  bool held_ = false;
};

}  // namespace weir::sim
