#include "workspace/identity/token_store.h"

#include <algorithm>
#include <array>
#include <ranges>

#include <sodium.h>

#include "base/ids.h"
#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

constexpr std::string_view prefix = "dapi";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t hash_bytes = 32;

/// A token is 256 random bits, so a plain hash hides it.
std::string hash_of(std::string_view token) {
  std::array<unsigned char, hash_bytes> hash{};
  std::array<char, 2 * hash_bytes + 1> shown{};
  ::crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                       token.size(), nullptr, 0);
  ::sodium_bin2hex(shown.data(), shown.size(), hash.data(), hash.size());
  return shown.data();
}

}  // namespace

Result<TokenStore> TokenStore::open(State& state) {
  TokenStore store(state);
  auto read =
      each_row(state.database(), "SELECT hash, token_id, comment, created_ms, ends_ms FROM user_tokens",
               [&](sqlite::Statement& row) {
                 store.by_hash_[row.text(0)] = {.id = row.text(1),
                                                .comment = row.text(2),
                                                .created_ms = row.integer(3),
                                                .ends_ms = row.integer(4)};
               });
  if (!read) return std::unexpected(read.error());
  return store;
}

bool TokenStore::accepts(std::string_view token) const {
  if (!token.starts_with(prefix) || token.size() != prefix.size() + 2 * random_bytes) return false;
  auto found = by_hash_.find(hash_of(token));
  if (found == by_hash_.end()) return false;
  return found->second.ends_ms < 0 || to_millis(clock_.now()) < found->second.ends_ms;
}

Result<std::string> TokenStore::add(const UserToken& token) {
  SystemRandom random;
  std::string value = std::string(prefix) + random_hex(random, random_bytes);
  std::string hash = hash_of(value);
  auto kept =
      execute(state_.database(),
              "INSERT INTO user_tokens (hash, token_id, comment, created_ms, ends_ms) VALUES (?, ?, ?, ?, ?)",
              hash, token.id, token.comment, token.created_ms, token.ends_ms);
  if (!kept) return std::unexpected(kept.error());
  by_hash_[hash] = token;
  return value;
}

Result<bool> TokenStore::remove(std::string_view id) {
  auto found = std::ranges::find(by_hash_, id, [](const auto& entry) { return entry.second.id; });
  if (found == by_hash_.end()) return false;
  auto removed = execute(state_.database(), "DELETE FROM user_tokens WHERE hash = ?", found->first);
  if (!removed) return std::unexpected(removed.error());
  by_hash_.erase(found);
  return true;
}

std::vector<UserToken> TokenStore::all() const {
  auto values = by_hash_ | std::views::values;
  std::vector<UserToken> tokens(values.begin(), values.end());
  std::ranges::sort(tokens, {}, [](const UserToken& token) { return std::pair(token.created_ms, token.id); });
  return tokens;
}

std::optional<UserToken> TokenStore::find(std::string_view id) const {
  for (const UserToken& token : by_hash_ | std::views::values)
    if (token.id == id) return token;
  return std::nullopt;
}

}  // namespace weir::workspace
