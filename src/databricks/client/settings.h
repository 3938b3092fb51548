// What is configured about a connection, attribute by attribute, before anybody makes sense of it: the same
// names in a profile of ~/.databrickscfg, in variables of the environment and as arguments.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/credential.h"
#include "databricks/client/environment.h"
#include "databricks/client/ini.h"

namespace weir::databricks {

struct Attribute {
  std::string_view name;      ///< in a profile, and as an argument
  std::string_view variable;  ///< of the environment; empty: none that says where a workspace is
  std::string_view
      method;  ///< the method of signing in that it belongs to: "pat", "basic", "oauth", "azure" or none
};

/// All that weir reads.
std::span<const Attribute> attributes();

/// Attributes from one place. Values stay Credentials, as most of them are secrets or stand beside one.
struct Settings {
  std::string origin{};  ///< "environment", "profile dev": for people
  std::map<std::string, Credential, std::less<>> values{};

  std::optional<std::string> value(std::string_view name) const;
  bool has_method() const;  ///< any attribute of any method of signing in

  /// The variables that are set. Those of Azure (ARM_*) belong to other programs too: they count beside others only.
  static Settings of_environment(const Environment& environment);
  static Settings of_profile(const IniSection& section);
};

/// Several places, the first of which counts most: what one has set is not looked for in the next.
class LayeredSettings {
 public:
  void add(Settings layer) { layers_.push_back(std::move(layer)); }

  std::optional<std::string> value(std::string_view name) const;
  const Settings* origin_of(std::string_view name) const;  ///< the place that counts; nullptr for none

  /// The methods that something is configured for, in the order of the alphabet, each with a place of one attribute.
  std::map<std::string_view, const Settings*> methods() const;

 private:
  std::vector<Settings> layers_{};
};

}  // namespace weir::databricks
