// What all drivers of one workspace share.
#pragma once

#include <filesystem>
#include <string>

namespace weir::workspace {

struct DriverSetting {
  std::filesystem::path python{};
  std::filesystem::path main{};  ///< the driver's main.py
  std::filesystem::path home{};  ///< the workspace's folder, where drivers find its address and token
  std::string host{};            ///< "http://127.0.0.1:8123"
  std::string org_id{};
  std::string user{};
  unsigned cores = 1;
};

}  // namespace weir::workspace
