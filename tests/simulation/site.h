// What every part of a simulated world shares. One world, one seed.
#pragma once

#include <functional>

#include "audit.h"
#include "disk.h"
#include "plan.h"
#include "remote_service.h"
#include "sim_loop.h"
#include "slots.h"
#include "trace.h"
#include "weather.h"

namespace weir::sim {

struct Site {
  Site(std::uint64_t seed, bool stormy, bool tracing)
      : plan(make_plan(seed)), weather(seed, stormy), trace(timeline, tracing) {}
  Site(const Site&) = delete;

  Plan plan;
  Weather weather;
  Timeline timeline{};
  SimClock clock{timeline};
  Trace trace;
  Disk disk{};
  Slots slots{};
  RemoteService remote{timeline};
  Audit audit{plan, disk, slots, remote, clock};

  /// How an attempt that starts now will turn out: what is recorded before it decides.
  Outcome outcome(const AttemptName& name) const {
    const auto& book = *audit.book(name.run);
    const auto& task = book.tasks()[name.task];
    Past past{task.element.value_or(0), task.failures, task.worker_crashes, book.times_reopened() > 0};
    return outcome_of(plan.run_of(book.about()).task(book.key(task)), past);
  }

  std::map<store::RunNumber, std::uint32_t> lives{};  ///< how often a body of the run has begun

  /// Called at moments when a request of a person meets what happens anyway; the world may make one.
  std::function<void(const std::string& run)> meddle{};

  /// At places where a process may die.
  void maybe_die(double probability) {
    if (!weather.strikes(probability)) return;
    trace("the process dies in the middle of it");
    throw Died{};
  }
};

}  // namespace weir::sim
