#include "databricks/client/connection.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"
#include "databricks/client/ini.h"

namespace weir::databricks {
namespace {

constexpr std::string_view settings_section = "__settings__";
constexpr std::string_view default_profile = "DEFAULT";

/// The configuration file: where it is and, unless it does not exist, what is in it.
struct ConfigFile {
  std::string path{};
  std::optional<std::vector<IniSection>> sections{};

  const IniSection* find(std::string_view name) const {
    if (!sections) return nullptr;
    for (const auto& section : *sections) {
      if (section.name == name) return &section;
    }
    return nullptr;
  }

  std::vector<std::string> profiles() const {
    std::vector<std::string> names;
    for (const auto& section : sections.value_or(std::vector<IniSection>{})) {
      if (section.name != settings_section) names.push_back(section.name);
    }
    return names;
  }
};

std::string path_of_config(const Environment& environment) {
  if (auto path = environment("DATABRICKS_CONFIG_FILE")) {
    if (path->starts_with("~/")) return environment("HOME").value_or("") + path->substr(1);
    return *path;
  }
  return environment("HOME").value_or("") + "/.databrickscfg";
}

Result<ConfigFile> read_config(const Environment& environment) {
  ConfigFile file{.path = path_of_config(environment)};
  std::error_code error;
  if (!std::filesystem::exists(file.path, error) && !error) return file;
  std::ifstream stream(file.path);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file.path, error)) {
    return fail(Code::invalid, fmt::format("cannot read {}", file.path),
                "make the file readable, or set DATABRICKS_CONFIG_FILE to another one");
  }
  auto sections = parse_ini(text.str());
  if (!sections)
    return fail(sections.error().code, fmt::format("{}:{}", file.path, sections.error().message));
  file.sections = std::move(*sections);
  return file;
}

std::unexpected<Error> no_such_profile(const ConfigFile& file, std::string_view profile) {
  auto known = file.profiles();
  if (!file.sections) {
    return fail(Code::not_found, fmt::format("no profile '{}': {} does not exist", profile, file.path),
                "create the file, or set DATABRICKS_HOST and DATABRICKS_TOKEN");
  }
  auto hint = suggest(profile, known);
  return fail(Code::not_found, fmt::format("{} has no profile '{}'", file.path, profile),
              hint.empty() ? fmt::format("add a section [{}] with host and token", profile) : hint);
}

/// "client_id, client_secret": what the profile has instead of a token.
std::string other_keys(const IniSection& section) {
  std::string keys;
  for (const auto& [key, value] : section.values) {
    if (key == "host" || key == "token") continue;
    keys += (keys.empty() ? "" : ", ") + key;
  }
  return keys;
}

Result<Connection> connection_of(const ConfigFile& file, const IniSection& section,
                                 const std::optional<std::string>& token_override) {
  auto host = section.value("host");
  if (!host) {
    return fail(Code::invalid, fmt::format("profile '{}' of {} has no host", section.name, file.path),
                "add a line: host = https://<your workspace>");
  }
  auto normal = normalise_host(*host);
  if (!normal)
    return std::unexpected(
        within(fmt::format("profile '{}' of {}", section.name, file.path), normal.error()));
  auto token = token_override ? token_override : section.value("token");
  if (!token) {
    auto found = other_keys(section);
    return fail(
        Code::unauthenticated,
        fmt::format("profile '{}' of {} has no token{}", section.name, file.path,
                    found.empty() ? "" : fmt::format(" (it has {})", found)),
        "weir signs in with a personal access token: add a line token = dapi…, or set DATABRICKS_TOKEN");
  }
  return Connection{"profile " + section.name, *normal, Credential(*token)};
}

Result<Connection> from_environment(const std::string& host, const Environment& environment) {
  auto normal = normalise_host(host);
  if (!normal) return std::unexpected(within("DATABRICKS_HOST", normal.error()));
  auto token = environment("DATABRICKS_TOKEN");
  if (!token) {
    return fail(Code::unauthenticated, fmt::format("DATABRICKS_HOST is {}, but there is no token", *normal),
                "set DATABRICKS_TOKEN to a personal access token, or choose a profile instead");
  }
  return Connection{"environment", *normal, Credential(*token)};
}

Result<Connection> from_profile(const ConfigFile& file, const std::string& profile,
                                const std::optional<std::string>& token_override) {
  const IniSection* section = profile == settings_section ? nullptr : file.find(profile);
  if (!section) return no_such_profile(file, profile);
  return connection_of(file, *section, token_override);
}

/// default_profile of the settings, else [DEFAULT] when it names a host.
Result<std::optional<Connection>> from_default(const ConfigFile& file) {
  const IniSection* settings = file.find(settings_section);
  if (auto chosen = settings ? settings->value("default_profile") : std::nullopt) {
    return from_profile(file, *chosen, std::nullopt);
  }
  const IniSection* section = file.find(default_profile);
  if (!section || !section->value("host")) return std::nullopt;
  return connection_of(file, *section, std::nullopt);
}

}  // namespace

bool is_same_place(std::string_view name, std::string_view host, const Connection& connection) {
  if (name == embedded_connection || connection.name == embedded_connection) return name == connection.name;
  return host == connection.host;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
}

Result<std::optional<Connection>> resolve_connection(const std::optional<std::string>& profile,
                                                     const Environment& environment) {
  auto host = environment("DATABRICKS_HOST");
  if (!profile && host) return from_environment(*host, environment);
  auto file = read_config(environment);
  if (!file) return std::unexpected(file.error());
  if (profile) return from_profile(*file, *profile, std::nullopt);
  auto token = environment("DATABRICKS_TOKEN");
  if (auto chosen = environment("DATABRICKS_CONFIG_PROFILE")) return from_profile(*file, *chosen, token);
  if (token) {
    return fail(Code::invalid, "DATABRICKS_TOKEN is set, but not where it belongs to",
                "set DATABRICKS_HOST or DATABRICKS_CONFIG_PROFILE too, or unset DATABRICKS_TOKEN");
  }
  return from_default(*file);
}

}  // namespace weir::databricks
