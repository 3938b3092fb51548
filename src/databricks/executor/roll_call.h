// Looks at many runs with few calls: the active runs of the workspace are listed page by page, over and over. A run that
// should be on a page and is not may have ended, and is asked for itself; what runs/get says is what counts.
//
// runs/list gives the active runs newest first, so that a page shows which runs are missing as soon as it has passed
// their start. Where that order turns out not to hold, only the last page does.
#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "databricks/executor/watched_run.h"

namespace weir::databricks {

class Session;

/// Loop thread only.
class RollCall {
 public:
  /// `missed` is handed a run that was not called; `dismissed` one that is better asked for alone. Both have left.
  using Handed = std::function<void(WatchedRun&)>;
  RollCall(Session& session, Handed missed, Handed dismissed);
  ~RollCall();
  RollCall(const RollCall&) = delete;

  std::size_t size() const { return members_.size(); }

  /// Whether listing takes fewer calls than asking for so many runs one by one, as far as is known.
  bool is_worth_it(std::size_t runs) const;

  /// False when another attempt waits for the same run here.
  bool join(WatchedRun& run);
  void leave(WatchedRun& run);
  void started(WatchedRun& run, std::int64_t started_ms);

  void was_wrong() { ++wrong_; }  ///< a run that was missed is active after all

 private:
  using Tick = std::chrono::steady_clock::time_point;
  using Key = std::pair<std::int64_t, std::int64_t>;  ///< when it started, and its id

  void begin_at(Tick when);
  void begin();
  void ask();
  void on_page(Answer answer);
  std::int64_t call_out(const json& page);
  void miss_down_to(std::int64_t started_ms);
  std::chrono::duration<double> apart() const;
  void finish();
  void judge_order();
  void on_trouble(const CallError& error);
  void tell(const CallError& error);
  void give_up(std::size_t needed);
  void after(Duration delay, void (RollCall::*what)());

  Session& session_;
  Handed missed_;
  Handed dismissed_;
  std::map<Key, WatchedRun*, std::greater<>> members_{};  ///< as they are listed
  std::unordered_map<std::int64_t, WatchedRun*> by_id_{};

  std::uint32_t number_ = 0;  ///< of the roll call under way, or the last one
  bool is_under_way_ = false;
  std::string page_token_{};
  std::size_t pages_ = 0;        ///< that have been read
  std::int64_t down_to_ms_ = 0;  ///< runs that started later have been dealt with
  Tick began_{};
  Tick asked_{};
  Pace trouble_pace_;
  std::optional<Loop::TimerId> timer_{};

  bool is_ordered_ = true;
  std::size_t wrong_ = 0;   ///< since the last roll call
  std::size_t needed_ = 0;  ///< runs that make it worthwhile
  Tick try_again_{};        ///< when what is needed may have changed
};

}  // namespace weir::databricks
