// Watches a simulated world from every side (what is written, what executors are told and report, what the
// remote service runs) and throws Violation at the first promise that is broken. Shares no code with what it
// watches.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "disk.h"
#include "remote_service.h"
#include "run_book.h"
#include "runtime/executor.h"
#include "sim_loop.h"

namespace weir::sim {

/// One attempt, wherever and in whichever process.
struct AttemptName {
  std::string run{};  ///< id
  std::string task{};
  std::uint32_t number = 0;
  friend auto operator<=>(const AttemptName&, const AttemptName&) = default;
};

AttemptName name_of(const runtime::Attempt& attempt);
std::string shown(const AttemptName& name);

class Audit {
 public:
  Audit(const Disk& disk, const RemoteService& remote, const SimClock& clock)
      : disk_(disk), remote_(remote), clock_(clock) {}

  // What is written.
  void on_begun(const store::RunSummary& run);
  void on_appended(const store::Batch& batch);
  void on_refused() { refused_ = true; }
  void on_told(store::RunNumber run, const core::Event& event);  ///< an observer of the engine
  void on_held() { held_ = true; }
  void on_accepted(const std::string& run) { accepted_.insert(run); }
  void on_process_end();
  void on_power_cut(const std::map<store::RunNumber, std::size_t>& lost);

  // What executors see and say.
  void on_handed_over(const runtime::Attempt& attempt);
  void on_sending(const AttemptName& name);
  void on_asked_to_cancel(const AttemptName& name);
  void on_reported(const AttemptName& name, AttemptEntry::End end, const json& value);

  // What the service does.
  void on_submitted(const RemoteService::RemoteRun& run, const json& body);

  /// Everything has come to rest.
  void check_end() const;

  const RunBook* book(const std::string& run) const;
  const RunBook& book(store::RunNumber run) const { return books_.at(run); }
  const std::map<store::RunNumber, RunBook>& books() const { return books_; }

 private:
  struct Report {
    AttemptEntry::End end;
    json value;
  };

  void check_sync(const RunBook& book, const core::Event& event, bool sync) const;
  void check_against_reports(const RunBook& book, const core::Event& event) const;
  void check_at_rest(const RunBook& book) const;
  void check_remote_run(const RemoteService::RemoteRun& run) const;
  bool is_late(const TaskEntry& task) const;
  RunBook read(store::RunNumber run) const;

  const Disk& disk_;
  const RemoteService& remote_;
  const SimClock& clock_;

  std::map<store::RunNumber, RunBook> books_;
  std::map<store::RunNumber, std::size_t> synced_;  ///< events of the run that no power cut may take
  std::set<std::string> accepted_;
  std::set<std::string> cancels_seen_;
  std::map<AttemptName, std::string> tokens_;
  std::map<std::string, AttemptName> owners_;  ///< of tokens

  // Of the process that runs now.
  std::deque<std::pair<store::RunNumber, std::size_t>> untold_;        ///< run and kind of fact
  std::map<std::pair<std::string, std::string>, std::uint32_t> live_;  ///< run and task to attempt
  std::set<AttemptName> handed_over_;
  std::map<AttemptName, Report> reports_;
  bool refused_ = false;
  bool held_ = false;
};

}  // namespace weir::sim
