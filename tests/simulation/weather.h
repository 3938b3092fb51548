// How bad the world is: which faults a seed brings, and how often.
#pragma once

#include "seeded_random.h"

namespace weir::sim {

/// Thrown out of the middle of a process that dies.
struct Died {};

class Weather {
 public:
  Weather(std::uint64_t seed, bool stormy) : dice_(seed, 2), stormy_(stormy) {
    // Each fault is absent in some seeds, so that it cannot hide what another one would show.
    crash_at_write = often(0.08);
    crash_at_call = often(0.03);
    lost_message = often(0.3);
    odd_report = often(0.15);
    clock_jump = often(1);
    full_disk = often(0.5);
    hold = often(0.5);
    power_cut = often(0.6);
  }

  bool is_stormy() const { return stormy_; }
  void calm_down() { stormy_ = false; }

  bool strikes(double probability) { return stormy_ && dice_.chance(probability); }
  SeededRandom& dice() { return dice_; }

  double crash_at_write;  ///< before or after one
  double crash_at_call;   ///< of an executor
  double lost_message;    ///< a request or its answer
  double odd_report;      ///< an executor's report that is doubled, late, or about nothing
  double clock_jump;      ///< whether there are any
  double full_disk;
  double hold;       ///< a process that stops starting attempts and leaves
  double power_cut;  ///< instead of a kill

 private:
  double often(double most) {
    double share = static_cast<double>(dice_.below(1001)) / 1000;
    return dice_.chance(0.3) ? 0 : most * share * share;
  }

  SeededRandom dice_;
  bool stormy_;
};

}  // namespace weir::sim
