// Starts drivers: from nothing, or by handing a start to one that waits. A new process needs some seconds until it has a
// Spark; one that waits has a JVM in which Spark has run already. How many wait is bounded, they give way when memory gets
// short, and they end when nothing has been started for long.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "workspace/home/home.h"
#include "workspace/spark/waiting_driver.h"

namespace weir::workspace {

/// Loop thread only.
class Drivers {
 public:
  struct Options {
    std::size_t waiting_max = 0;                   ///< 0: each is started when it is needed
    std::uint64_t memory_kept_bytes = 2ULL << 30;  ///< of the machine's, which those that wait leave alone
    Duration idle_time_max = std::chrono::minutes(30);  ///< without any start: those that wait end
    Duration rest_after_cold =
        std::chrono::seconds(15);  ///< after a start from nothing, which needs the processors
    Duration rest_after_warm = std::chrono::seconds(1);
  };

  Drivers(Loop& loop, const Home& home, const DriverSetting& setting, Options options);
  ~Drivers();  ///< those that wait end

  /// Ends what waited for a server that was killed. Once, before anything else.
  void recover() { end_all_waiting(home_); }

  /// Of a home whose server is gone.
  static void end_all_waiting(const Home& home);

  /// As process::prepare: nothing runs before go(). The folder of the launch and what it names are there already; a driver
  /// that waits brings its own folder into that place.
  Result<std::unique_ptr<process::Prepared>> prepare(const DriverLaunch& launch);

  struct Waiting {
    pid_t supervisor = 0;
    bool is_ready = false;
  };
  std::vector<Waiting> waiting() const;
  const Options& options() const { return options_; }

 private:
  using Steady = std::chrono::steady_clock;
  void look();  ///< is one to be started, or to end?
  void let_go_of_one();
  void start_one();
  void forget(const WaitingDriver& driver);
  std::unique_ptr<WaitingDriver> take();
  static void sweep(const Home& home);

  Loop& loop_;
  const Home& home_;
  const DriverSetting& setting_;
  Options options_;
  std::list<std::unique_ptr<WaitingDriver>> waiting_;  ///< the oldest first
  std::vector<process::Identity> leaving_;             ///< let go, and to be reaped
  Loop::TimerId timer_ = 0;
  Steady::time_point last_start_ = Steady::now();
  Steady::time_point rests_until_ = Steady::now();
  bool is_broken_ =
      false;  ///< one died while it warmed up: none is started before the next start from nothing
};

/// How many suit a machine with so much memory left and so many processors.
std::size_t waiting_suited_to(std::uint64_t available_bytes, unsigned cores);

}  // namespace weir::workspace
