#include "databricks/client/settings.h"

#include <algorithm>
#include <array>

namespace weir::databricks {
namespace {

constexpr auto known = std::to_array<Attribute>({
    {"host", "DATABRICKS_HOST", ""},
    {"token", "DATABRICKS_TOKEN", "pat"},
    {"username", "DATABRICKS_USERNAME", "basic"},
    {"password", "DATABRICKS_PASSWORD", "basic"},
    {"client_id", "DATABRICKS_CLIENT_ID", "oauth"},
    {"client_secret", "DATABRICKS_CLIENT_SECRET", "oauth"},
    {"azure_client_id", "ARM_CLIENT_ID", "azure"},
    {"azure_client_secret", "ARM_CLIENT_SECRET", "azure"},
    {"azure_tenant_id", "ARM_TENANT_ID", "azure"},
    {"azure_workspace_resource_id", "DATABRICKS_AZURE_RESOURCE_ID", ""},
    {"azure_environment", "ARM_ENVIRONMENT", ""},
    {"azure_authority_host", "AZURE_AUTHORITY_HOST", ""},
    {"auth_type", "DATABRICKS_AUTH_TYPE", ""},
    {"rate_limit", "", ""},
});

}  // namespace

std::span<const Attribute> attributes() { return known; }

std::optional<std::string> Settings::value(std::string_view name) const {
  auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second.reveal());
}

bool Settings::has_method() const {
  return std::ranges::any_of(known, [&](const auto& attribute) {
    return !attribute.method.empty() && values.contains(attribute.name);
  });
}

Settings Settings::of_environment(const Environment& environment) {
  Settings settings{.origin = "environment"};
  bool databricks = false;
  for (const auto& attribute : known) {
    if (attribute.variable.empty()) continue;
    auto value = environment(std::string(attribute.variable));
    if (!value) continue;
    databricks |= attribute.variable.starts_with("DATABRICKS_");
    settings.values.emplace(attribute.name, *value);
  }
  if (!databricks) settings.values.clear();
  return settings;
}

Settings Settings::of_profile(const IniSection& section) {
  Settings settings{.origin = "profile " + section.name};
  for (const auto& attribute : known) {
    if (auto value = section.value(attribute.name)) settings.values.emplace(attribute.name, *value);
  }
  return settings;
}

std::optional<std::string> LayeredSettings::value(std::string_view name) const {
  const Settings* origin = origin_of(name);
  return origin ? origin->value(name) : std::nullopt;
}

const Settings* LayeredSettings::origin_of(std::string_view name) const {
  auto found = std::ranges::find_if(layers_, [&](const auto& layer) { return layer.values.contains(name); });
  return found == layers_.end() ? nullptr : &*found;
}

std::map<std::string_view, const Settings*> LayeredSettings::methods() const {
  std::map<std::string_view, const Settings*> methods;
  for (const auto& attribute : known) {
    const Settings* origin = attribute.method.empty() ? nullptr : origin_of(attribute.name);
    if (origin) methods.emplace(attribute.method, origin);
  }
  return methods;
}

}  // namespace weir::databricks
