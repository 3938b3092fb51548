#include "net/target.h"

#include <ranges>

namespace weir::net {
namespace {

/// What follows the authority of an absolute URL; the text itself when it is none.
std::string_view without_authority(std::string_view text) {
  auto scheme_end = text.find("://");
  if (text.starts_with('/') || scheme_end == text.npos) return text;
  auto rest = text.substr(scheme_end + 3);
  auto authority_end = rest.find_first_of("/?");
  return authority_end == rest.npos ? std::string_view{} : rest.substr(authority_end);
}

std::optional<Headers> parse_query(std::string_view text) {
  Headers pairs;
  for (auto part : std::views::split(text, '&')) {
    std::string_view pair(part);
    if (pair.empty()) continue;
    auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(equals == pair.npos ? "" : pair.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  auto local = without_authority(text);
  auto question = local.find('?');
  auto path = local.substr(0, question);
  if (path.empty() && local.data() != text.data()) path = "/";
  if (!path.starts_with('/') && path != "*") return std::nullopt;
  auto query = parse_query(question == local.npos ? "" : local.substr(question + 1));
  if (!query) return std::nullopt;
  return Target{std::string(path), std::move(*query)};
}

}  // namespace weir::net
