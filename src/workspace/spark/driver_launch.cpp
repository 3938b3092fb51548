#include "workspace/spark/driver_launch.h"

namespace weir::workspace {
namespace {

/// Leaves its mark before it becomes the driver.
constexpr std::string_view mark_and_execute = ": > \"$0\" && exec \"$@\"";

}  // namespace

process::DetachedSpec bounds_in(const DriverSetting& setting, const std::filesystem::path& folder,
                                Duration grace) {
  return {.command = {.directory = folder / "work"},
          .out = folder / "stdout",
          .err = folder / "stderr",
          .exit_file = folder / "exit",
          .grace = grace,
          .output_bytes_max = setting.output_bytes_max,
          .memory_bytes_max = setting.memory_bytes_max};
}

/// One that dies while it waits leaves word of its exit all the same.
bool never_began(const std::filesystem::path& folder) {
  using std::filesystem::exists;
  return !exists(folder / "started") && (!exists(folder / "exit") || exists(folder / waited_file));
}

process::DetachedSpec cold_start(const DriverSetting& setting, const DriverLaunch& launch) {
  process::DetachedSpec spec = bounds_in(setting, launch.folder(), launch.grace);
  spec.command.argv = {"/bin/sh",
                       "-c",
                       std::string(mark_and_execute),
                       launch.mark().string(),
                       launch.python.string(),
                       "-u",
                       setting.main.string(),
                       launch.task_file.string()};
  spec.command.environment = launch.environment;
  return spec;
}

}  // namespace weir::workspace
