#include "runtime/token.h"

#include <charconv>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "base/ids.h"

namespace weir::runtime {
namespace {

constexpr std::string_view family = "weir-";
constexpr std::size_t digits = 32;

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string token_stem(std::string_view store_id, std::string_view run_id) {
  return fmt::format("{}{}-", family, fingerprint(fmt::format("{}/{}", store_id, run_id)));
}

std::string token_of(std::string_view stem, std::uint32_t task, std::uint32_t number) {
  return fmt::format(FMT_COMPILE("{}{}-{}"), stem, task, number);
}

std::optional<TokenParts> parts_of_token(std::string_view token) {
  constexpr auto stem_size = family.size() + digits + 1;
  if (!token.starts_with(family) || token.size() <= stem_size || token[stem_size - 1] != '-')
    return std::nullopt;
  auto rest = token.substr(stem_size);
  auto dash = rest.find('-');
  if (dash == rest.npos) return std::nullopt;
  auto task = number_in(rest.substr(0, dash));
  auto number = number_in(rest.substr(dash + 1));
  if (!task || !number) return std::nullopt;
  return TokenParts{std::string(token.substr(0, stem_size)), *task, *number};
}

}  // namespace weir::runtime
