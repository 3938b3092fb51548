// The file of profiles: ~/.databrickscfg.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "databricks/client/environment.h"
#include "databricks/client/settings.h"

namespace weir::databricks {

class ConfigFile {
 public:
  /// The file DATABRICKS_CONFIG_FILE or ~/.databrickscfg; one that does not exist is empty. Code::invalid, with the
  /// line, for one that cannot be read.
  static Result<ConfigFile> read(const Environment& environment);

  const std::string& path() const { return path_; }

  /// Code::not_found names the nearest.
  Result<Settings> profile(const std::string& name) const;

  /// default_profile of [__settings__], else [DEFAULT] when it names a host.
  Result<std::optional<Settings>> default_profile() const;

 private:
  const IniSection* find(std::string_view name) const;
  std::vector<std::string> profiles() const;

  std::string path_{};
  bool exists_ = false;
  std::vector<IniSection> sections_{};
};

}  // namespace weir::databricks
