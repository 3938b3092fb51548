#include "databricks/client/connection.h"

#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/choose_sign_in.h"
#include "databricks/client/config_file.h"

namespace weir::databricks {
namespace {

/// As Databricks' own clients have it. It says nothing of where a workspace is, so that it stands beside whatever does.
constexpr std::string_view rate_variable = "DATABRICKS_RATE_LIMIT";

/// The places to look in, most important first.
using Places = std::vector<Settings>;

/// A profile that was asked for by name. Variables tell it at most how to sign in, and where that is.
Result<Places> places_with_profile(const Asked& asked, const ConfigFile& file, Settings variables) {
  auto profile = file.profile(*asked.profile);
  if (!profile) return std::unexpected(profile.error());
  Places places{asked.arguments, std::move(*profile)};
  bool signs_in = places[0].has_method() || places[1].has_method();
  if (!signs_in) places.push_back(std::move(variables));
  return places;
}

Result<Places> find_places(const Asked& asked, const Environment& environment) {
  auto variables = Settings::of_environment(environment);
  auto chosen = environment("DATABRICKS_CONFIG_PROFILE");
  bool said = !asked.arguments.values.empty() || !variables.values.empty();
  if (!asked.profile && !chosen && said) return Places{asked.arguments, std::move(variables)};
  auto file = ConfigFile::read(environment);
  if (!file) return std::unexpected(file.error());
  if (asked.profile) return places_with_profile(asked, *file, std::move(variables));
  if (!chosen) {
    auto profile = file->default_profile();
    if (!profile) return std::unexpected(profile.error());
    return *profile ? Places{std::move(**profile)} : Places{};
  }
  if (variables.value("host") && variables.has_method()) return Places{asked.arguments, std::move(variables)};
  auto profile = file->profile(*chosen);
  if (!profile) return std::unexpected(profile.error());
  return Places{asked.arguments, std::move(variables), std::move(*profile)};
}

std::string place_name(const Settings& place) {
  if (place.origin == "environment") return "DATABRICKS_HOST";
  return place.origin;
}

/// A place that says both a host and how to sign in means them together.
Result<void> check_one_host(const Places& places, const LayeredSettings& settings, const std::string& host) {
  for (const auto& place : places) {
    auto other = place.value("host");
    if (!other || !place.has_method()) continue;
    auto normal = normalise_host(*other);
    bool counts = false;
    for (const auto& [method, origin] : settings.methods()) counts |= origin->origin == place.origin;
    if (!counts || (normal && *normal == host)) continue;
    return fail(Code::invalid,
                fmt::format("the host is {}, but what to sign in with comes from {} and belongs to {}", host,
                            place.origin, normal.value_or(*other)),
                "say both in one place: it is not sent to another host");
  }
  return {};
}

std::unexpected<Error> no_host(const Places& places) {
  for (const auto& place : places) {
    if (place.origin.starts_with("profile ")) {
      return fail(Code::invalid, fmt::format("{} has no host", place.origin),
                  "add a line: host = https://<your workspace>");
    }
  }
  for (const auto& attribute : attributes()) {
    for (const auto& place : places) {
      if (!place.values.contains(attribute.name)) continue;
      auto what = place.origin == "environment" ? attribute.variable : attribute.name;
      return fail(Code::invalid, fmt::format("{} is set, but not where it belongs to", what),
                  fmt::format("set DATABRICKS_HOST or DATABRICKS_CONFIG_PROFILE too, or leave {} out", what));
    }
  }
  return fail(Code::invalid, "no host is configured", "set DATABRICKS_HOST");
}

/// In calls a second.
Result<void> read_rate(const std::string& text, const std::string& where, Connection& connection) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), connection.calls_per_second);
  bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (is_number && connection.calls_per_second > 0 && std::isfinite(connection.calls_per_second)) return {};
  return fail(Code::invalid, fmt::format("{} must be a number of calls a second, not '{}'", where, text),
              "such as 15, which is what holds without it");
}

Result<Connection> connection_of(const Places& places) {
  LayeredSettings settings;
  for (const auto& place : places) settings.add(place);
  const Settings* place = settings.origin_of("host");
  if (!place) return no_host(places);
  auto host = normalise_host(*place->value("host"));
  if (!host) return std::unexpected(within(place_name(*place), host.error()));
  if (auto one = check_one_host(places, settings, *host); !one) return std::unexpected(one.error());
  auto who = place->origin == "environment" ? "DATABRICKS_HOST (" + *host + ")" : place->origin;
  auto sign_in = choose_sign_in(settings, who);
  if (!sign_in) return std::unexpected(sign_in.error());
  Connection connection{.name = place->origin, .host = std::move(*host), .sign_in = std::move(*sign_in)};
  if (auto rate = settings.value("rate_limit"))
    if (auto read = read_rate(*rate, settings.origin_of("rate_limit")->origin + ": rate_limit", connection);
        !read)
      return std::unexpected(read.error());
  return connection;
}

}  // namespace

bool is_same_place(std::string_view name, std::string_view host, const Connection& connection) {
  if (name == embedded_connection || connection.name == embedded_connection) return name == connection.name;
  return host == connection.host;
}

Result<std::optional<Connection>> resolve_connection(const Asked& asked, const Environment& environment) {
  auto places = find_places(asked, environment);
  if (!places) return std::unexpected(places.error());
  if (places->empty()) return std::nullopt;
  auto connection = connection_of(*places);
  if (!connection) return std::unexpected(connection.error());
  if (auto rate = environment(std::string(rate_variable)))
    if (auto read = read_rate(*rate, std::string(rate_variable), *connection); !read)
      return std::unexpected(read.error());
  return connection;
}

Result<std::optional<Connection>> resolve_connection(const std::optional<std::string>& profile,
                                                     const Environment& environment) {
  return resolve_connection(Asked{.profile = profile}, environment);
}

}  // namespace weir::databricks
