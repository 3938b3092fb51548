// What every part of a simulated world shares. One world, one seed.
#pragma once

#include "audit.h"
#include "disk.h"
#include "memory_locks.h"
#include "plan.h"
#include "remote_service.h"
#include "sim_loop.h"
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
  MemoryLocks locks{};
  RemoteService remote{timeline};
  Audit audit{disk, remote, clock};

  /// How an attempt that starts now will turn out: as many failures as are recorded decide.
  const Outcome& outcome(const AttemptName& name) const {
    const auto& book = *audit.book(name.run);
    return plan.run_of(book.about().flow).find(name.task)->outcome(book.find(name.task)->failures);
  }

  /// At places where a process may die.
  void maybe_die(double probability) {
    if (!weather.strikes(probability)) return;
    trace("the process dies in the middle of it");
    throw Died{};
  }
};

}  // namespace weir::sim
