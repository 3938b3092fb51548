#include "databricks/client/config_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::databricks {
namespace {

constexpr std::string_view settings_section = "__settings__";

std::string path_of_config(const Environment& environment) {
  if (auto path = environment("DATABRICKS_CONFIG_FILE")) {
    if (path->starts_with("~/")) return environment("HOME").value_or("") + path->substr(1);
    return *path;
  }
  return environment("HOME").value_or("") + "/.databrickscfg";
}

}  // namespace

Result<ConfigFile> ConfigFile::read(const Environment& environment) {
  ConfigFile file;
  file.path_ = path_of_config(environment);
  std::error_code error;
  if (!std::filesystem::exists(file.path_, error) && !error) return file;
  std::ifstream stream(file.path_);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file.path_, error)) {
    return fail(Code::invalid, fmt::format("cannot read {}", file.path_),
                "make the file readable, or set DATABRICKS_CONFIG_FILE to another one");
  }
  auto sections = parse_ini(text.str());
  if (!sections)
    return fail(sections.error().code, fmt::format("{}:{}", file.path_, sections.error().message));
  file.exists_ = true;
  file.sections_ = std::move(*sections);
  return file;
}

const IniSection* ConfigFile::find(std::string_view name) const {
  for (const auto& section : sections_) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

std::vector<std::string> ConfigFile::profiles() const {
  std::vector<std::string> names;
  for (const auto& section : sections_) {
    if (section.name != settings_section) names.push_back(section.name);
  }
  return names;
}

Result<Settings> ConfigFile::profile(const std::string& name) const {
  const IniSection* section = name == settings_section ? nullptr : find(name);
  if (section) return Settings::of_profile(*section);
  if (!exists_) {
    return fail(Code::not_found, fmt::format("no profile '{}': {} does not exist", name, path_),
                "create the file, or set DATABRICKS_HOST and DATABRICKS_TOKEN");
  }
  auto hint = suggest(name, profiles());
  return fail(Code::not_found, fmt::format("{} has no profile '{}'", path_, name),
              hint.empty() ? fmt::format("add a section [{}] with host and token", name) : hint);
}

Result<std::optional<Settings>> ConfigFile::default_profile() const {
  const IniSection* settings = find(settings_section);
  if (auto chosen = settings ? settings->value("default_profile") : std::nullopt) return profile(*chosen);
  const IniSection* section = find("DEFAULT");
  if (!section || !section->value("host")) return std::nullopt;
  return Settings::of_profile(*section);
}

}  // namespace weir::databricks
