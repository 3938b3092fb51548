#include "workspace/rest/access_tokens.h"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <sodium.h>

#include "base/ids.h"

namespace weir::workspace {
namespace {

constexpr std::string_view prefix_of_all = "weir-at-";
constexpr std::string_view prefix_of_one = "weir-url-";
constexpr std::size_t random_bytes = 16;
constexpr std::size_t seal_bytes = 32;

/// What is sealed before the token itself. Neither part has a line's end in it, so it can be read in one way only.
std::string one_address(std::string_view method, std::string_view target) {
  return fmt::format("{} {}\n", method, target);
}

}  // namespace

std::string AccessTokens::seal(std::string_view text) const {
  std::array<unsigned char, seal_bytes> seal{};
  std::array<char, 2 * seal_bytes + 1> shown{};
  ::crypto_generichash(seal.data(), seal.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), reinterpret_cast<const unsigned char*>(key_.data()),
                       std::min<std::size_t>(key_.size(), crypto_generichash_KEYBYTES_MAX));
  ::sodium_bin2hex(shown.data(), shown.size(), seal.data(), seal.size());
  return std::string(shown.data());
}

std::string AccessTokens::make(std::string_view prefix, std::string_view purpose) const {
  SystemRandom random;
  std::string text =
      fmt::format("{}{}-{}-", prefix, to_millis(clock_.now() + lifetime_), random_hex(random, random_bytes));
  return text + seal(std::string(purpose) + text);
}

bool AccessTokens::is_good(std::string_view token, std::string_view prefix, std::string_view purpose) const {
  std::size_t last = token.rfind('-');
  if (!token.starts_with(prefix) || last == token.npos) return false;
  std::string_view told = token.substr(last + 1);
  std::string expected = seal(std::string(purpose) + std::string(token.substr(0, last + 1)));
  if (told.size() != expected.size() || ::sodium_memcmp(told.data(), expected.data(), told.size()) != 0)
    return false;
  std::int64_t end_ms = 0;
  std::from_chars(token.data() + prefix.size(), token.data() + token.size(), end_ms);
  return to_millis(clock_.now()) < end_ms;
}

std::string AccessTokens::issue() const { return make(prefix_of_all, ""); }

bool AccessTokens::accepts(std::string_view token) const { return is_good(token, prefix_of_all, ""); }

std::string AccessTokens::issue_for(std::string_view method, std::string_view target) const {
  return make(prefix_of_one, one_address(method, target));
}

bool AccessTokens::accepts_for(std::string_view token, std::string_view method,
                               std::string_view target) const {
  return is_good(token, prefix_of_one, one_address(method, target));
}

}  // namespace weir::workspace
