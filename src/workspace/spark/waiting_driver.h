// A driver that was started ahead and waits for its order. It lives in a folder of its own, which becomes the folder of the
// start that gets it; driver/waiting.py is its side. It is told through a socket, and ends when the socket does, so that
// none outlives the server that started it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "loop/loop.h"
#include "process/detached.h"
#include "process/fd.h"
#include "workspace/spark/driver_launch.h"

namespace weir::workspace {

/// Loop thread only.
class WaitingDriver {
 public:
  using Gone = std::function<void(const WaitingDriver&)>;

  /// Starts one in `folder`, which must not be there yet. `gone` is called on the loop when it has died, and may destroy it.
  static Result<std::unique_ptr<WaitingDriver>> start(Loop& loop, const DriverSetting& setting,
                                                      std::filesystem::path folder,
                                                      std::vector<std::string> environment, Gone gone);
  ~WaitingDriver();

  /// It has warmed up.
  bool is_ready() const { return is_ready_; }
  const std::filesystem::path& folder() const { return folder_; }
  const process::Identity& supervisor() const { return supervisor_; }

  /// It is `launch`'s from here on: its folder is, and where it was is a link there. What comes back is prepared as any
  /// other start is.
  static Result<std::unique_ptr<process::Prepared>> hand_over(std::unique_ptr<WaitingDriver> driver,
                                                              const DriverLaunch& launch);

 private:
  WaitingDriver(Loop& loop, std::filesystem::path folder, Gone gone)
      : loop_(loop), folder_(std::move(folder)), gone_(std::move(gone)) {}
  void listen();

  Loop& loop_;
  std::filesystem::path folder_;
  Gone gone_;
  process::Identity supervisor_{};
  process::Fd socket_{};
  Loop::WatchId watch_ = 0;
  bool is_ready_ = false;
};

/// Ends the driver that waits in `folder`, whoever started it. Nothing when there is none.
void end_waiting(const std::filesystem::path& folder);

}  // namespace weir::workspace
