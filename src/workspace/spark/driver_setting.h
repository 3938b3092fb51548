// What all drivers of one workspace share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "workspace/spark/interpreters.h"

namespace weir::workspace {

struct DriverSetting {
  Interpreters interpreters{};
  std::filesystem::path main{};  ///< the driver's main.py
  std::filesystem::path home{};  ///< the workspace's folder, where drivers find its address and token
  std::string host{};            ///< "http://127.0.0.1:8123"
  std::string org_id{};
  std::string user{};
  unsigned cores = 1;
  std::int64_t output_bytes_max =
      0;  ///< of each stream of a driver on disk; the end is kept. 0: no limit, as below
  std::int64_t memory_bytes_max = 0;  ///< of the data of each process of a driver
};

}  // namespace weir::workspace
