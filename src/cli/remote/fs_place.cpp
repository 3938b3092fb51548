#include "cli/remote/fs_place.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::cli {
namespace {

struct Scheme {
  std::string_view name;
  Place::Kind kind;
};
constexpr auto schemes =
    std::to_array<Scheme>({{"dbfs", Place::Kind::dbfs}, {"workspace", Place::Kind::workspace}});

/// Other files, of another API, under the name people know them by.
constexpr std::string_view volumes = "/Volumes/";

std::string_view scheme_of(Place::Kind kind) {
  if (kind == Place::Kind::volume) return "dbfs";
  for (const auto& scheme : schemes) {
    if (scheme.kind == kind) return scheme.name;
  }
  return {};
}

/// "dbfs" of "dbfs:/a"; empty for "/a", "./a:b" and "a.py".
std::string_view scheme_in(std::string_view text) {
  auto colon = text.find(':');
  if (colon == text.npos || colon < 2) return {};
  auto scheme = text.substr(0, colon);
  bool letters = std::ranges::all_of(scheme, [](unsigned char c) { return std::isalnum(c) != 0; });
  return letters ? scheme : std::string_view{};
}

Result<Place> remote(const Scheme& scheme, std::string_view path) {
  if (!path.starts_with('/')) {
    return fail(Code::invalid, fmt::format("'{}:{}' is not absolute", scheme.name, path),
                fmt::format("write {}:/{}", scheme.name, path));
  }
  Place place{.kind = scheme.kind, .as_folder = path.ends_with('/')};
  for (char c : path) {
    if (c != '/' || !place.path.ends_with('/')) place.path += c;
  }
  if (place.path.size() > 1 && place.path.ends_with('/')) place.path.pop_back();
  if (place.kind == Place::Kind::dbfs && place.path.starts_with(volumes)) place.kind = Place::Kind::volume;
  return place;
}

}  // namespace

std::string Place::text() const { return is_remote() ? fmt::format("{}:{}", scheme_of(kind), path) : path; }

std::string Place::name() const { return path.substr(path.rfind('/') + 1); }

Place Place::inside(std::string_view child) const {
  return {.kind = kind, .path = fmt::format("{}{}{}", path, path.ends_with('/') ? "" : "/", child)};
}

Place Place::parent() const {
  auto slash = path.rfind('/');
  if (slash == path.npos) return {.kind = kind, .path = "."};
  return {.kind = kind, .path = path.substr(0, std::max<std::size_t>(slash, 1))};
}

Result<Place> parse_place(std::string_view text) {
  if (text.empty())
    return fail(Code::invalid, "the path is empty", "write dbfs:/…, workspace:/… or a local path");
  auto scheme_name = scheme_in(text);
  if (scheme_name.empty()) {
    Place place{.path = std::string(text), .as_folder = text.ends_with('/')};
    while (place.path.size() > 1 && place.path.ends_with('/')) place.path.pop_back();
    return place;
  }
  std::vector<std::string> known;
  for (const auto& scheme : schemes) {
    if (scheme.name == scheme_name) return remote(scheme, text.substr(scheme_name.size() + 1));
    known.emplace_back(scheme.name);
  }
  auto near = nearest(scheme_name, known);
  return fail(
      Code::invalid, fmt::format("'{}' is neither dbfs:/, workspace:/ nor a local path", text),
      near ? fmt::format("did you mean {}:/…?", *near) : fmt::format("for a local file write ./{}", text));
}

}  // namespace weir::cli
