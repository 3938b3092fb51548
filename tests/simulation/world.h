// One seed, from its beginning to its end: the plan's runs start, processes die and come back, clocks jump, disks
// fill; then the weather calms down and everything must come to its end.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "process.h"
#include "site.h"

namespace weir::sim {

/// How a run ended, for comparing a disturbed world with an undisturbed one.
struct RunEnd {
  struct TaskEnd {
    TaskEntry::Phase phase{};
    json value{};
    friend bool operator==(const TaskEnd&, const TaskEnd&) = default;
  };
  core::RunState state{};
  std::map<std::string, TaskEnd> tasks{};
};

struct Totals {
  std::uint64_t steps = 0;
  std::uint64_t events = 0;
  std::uint64_t deaths = 0;
  Duration lived{0};
  void add(const Totals& other);
};

class World {
 public:
  World(std::uint64_t seed, bool stormy, bool tracing);
  ~World();

  /// Throws Violation.
  void run();

  std::map<std::size_t, RunEnd> ends() const;  ///< by index in the plan
  const Plan& plan() const { return site_.plan; }
  const Trace& trace() const { return site_.trace; }
  Totals totals() const;

 private:
  void prepare();
  void prepare_storm();
  void boot();
  void resume_all(bool at_once);
  void die();
  void start(const PlannedRun& plan);
  void cancel(const PlannedRun& plan);
  void pause(const PlannedRun& plan);
  void go_again(const PlannedRun& plan);
  void jump();
  void fill_disk();
  void hold();
  void intrude();
  void meddle(const std::string& run);
  void change_limits();
  void look_closely();
  void calm_down();
  bool is_over() const;
  void later(Duration delay, void (World::*what)());

  /// The stored run that the plan's became, if it has.
  const RunBook* book_of(const PlannedRun& plan) const;
  store::RunNumber number_of(const PlannedRun& plan) const;

  std::uint64_t seed_;
  Site site_;
  std::unique_ptr<Process> process_;
  std::uint64_t processes_ = 0;
  bool held_ = false;                   ///< the process that runs has been told to leave
  std::optional<Duration> hopeless_{};  ///< when everything should have ended long ago
  std::set<std::size_t> given_up_;      ///< runs of the plan that have nothing to go on with
};

}  // namespace weir::sim
