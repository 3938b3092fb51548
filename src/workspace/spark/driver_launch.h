// One start of a driver: what its process is given, however it comes about.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "process/detached.h"
#include "workspace/spark/driver_setting.h"

namespace weir::workspace {

/// The folder of the task file is that of the start: it has work/ in it, the driver's working directory, and gets stdout,
/// stderr and exit.
struct DriverLaunch {
  std::filesystem::path task_file{};
  std::filesystem::path python{};          ///< the interpreter
  std::vector<std::string> environment{};  ///< the whole of it
  Duration grace{};                        ///< from SIGTERM to SIGKILL
  bool can_be_warm = false;                ///< a JVM that runs already can be told all that it asks for

  std::filesystem::path folder() const { return task_file.parent_path(); }
  std::filesystem::path mark() const {
    return folder() / "started";
  }  ///< made just before the driver is executed
};

/// A process of its own that is started for it.
process::DetachedSpec cold_start(const DriverSetting& setting, const DriverLaunch& launch);

/// In the folder of a start whose driver had waited for it.
inline constexpr std::string_view waited_file = "waited.json";

/// The driver of this folder is gone and was never executed, through no fault of what it was to do: it may be started again.
bool never_began(const std::filesystem::path& folder);

/// What any driver in this folder is held to: where it leaves what it prints and how it ended, and its limits.
process::DetachedSpec bounds_in(const DriverSetting& setting, const std::filesystem::path& folder,
                                Duration grace);

}  // namespace weir::workspace
