// The page of a run: one small HTML file in the state folder that any browser opens without a server.
#pragma once

#include <filesystem>
#include <string>

#include "core/run.h"

namespace weir::cli {

class RunPage {
 public:
  explicit RunPage(std::filesystem::path state_folder) : folder_(std::move(state_folder) / "pages") {}

  /// "file:///…/pages/brave-otter.html"
  std::string link(const std::string& run_name) const;

  /// Failing to write is no reason to disturb a run: nothing happens then.
  void write(const core::Run& run) const;

  /// Takes the page of a run away.
  void erase(const std::string& run_name) const;

 private:
  std::filesystem::path file(const std::string& run_name) const;

  std::filesystem::path folder_;
};

}  // namespace weir::cli
