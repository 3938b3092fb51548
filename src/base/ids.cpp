#include "base/ids.h"

#include <algorithm>

#include <fmt/format.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/random.h>

#include "base/check.h"

namespace weir {
namespace {

constexpr auto adjectives = std::to_array<std::string_view>({
    "amber", "bold",   "brave", "bright", "brisk",  "calm",  "clear",  "clever", "cool",   "crisp",
    "deep",  "early",  "fair",  "fast",   "fine",   "fresh", "gentle", "glad",   "golden", "grand",
    "green", "happy",  "keen",  "kind",   "lively", "lucky", "mellow", "merry",  "mighty", "misty",
    "noble", "proud",  "quick", "quiet",  "rapid",  "ready", "royal",  "sharp",  "silver", "smooth",
    "snowy", "steady", "still", "sunny",  "swift",  "tidy",  "vivid",  "warm",   "wild",   "wise",
});

constexpr auto nouns = std::to_array<std::string_view>({
    "badger", "bay",    "beaver", "bridge", "brook",  "canal",  "cliff",  "cloud",  "cove",  "crane",
    "creek",  "delta",  "dune",   "eagle",  "falcon", "fjord",  "ford",   "forest", "fox",   "glade",
    "gull",   "harbor", "heron",  "hill",   "island", "lagoon", "lake",   "lark",   "marsh", "meadow",
    "mill",   "moor",   "otter",  "owl",    "pike",   "pine",   "pond",   "rapids", "reef",  "ridge",
    "river",  "salmon", "shore",  "sluice", "spring", "stone",  "stream", "swan",   "trout", "willow",
});

constexpr char hex_digits[] = "0123456789abcdef";

template <class Bytes>
std::string to_hex(const Bytes& bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += hex_digits[bytes[i] >> 4];
    text += hex_digits[bytes[i] & 15];
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::uint64_t SystemRandom::next() {
  std::uint64_t bits = 0;
  WEIR_CHECK(getrandom(&bits, sizeof bits, 0) == sizeof bits, "the system has no randomness");
  return bits;
}

Uuid make_uuid_v7(Instant now, Random& random) {
  Uuid uuid;
  auto millis = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  std::uint64_t high = random.next();
  std::uint64_t low = random.next();
  for (std::size_t i = 0; i < 2; ++i) uuid.bytes[6 + i] = static_cast<std::uint8_t>(high >> (8 * i));
  for (std::size_t i = 0; i < 8; ++i) uuid.bytes[8 + i] = static_cast<std::uint8_t>(low >> (8 * i));
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (uuid.bytes[6] & 0x0f));
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
  return uuid;
}

std::string to_text(const Uuid& uuid) {
  std::string digits = to_hex(uuid.bytes, uuid.bytes.size());
  for (std::size_t i : {8, 13, 18, 23}) digits.insert(i, 1, '-');
  return digits;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = uuid.bytes[digit / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++digit;
  }
  return uuid;
}

std::string two_word_name(Random& random) {
  return fmt::format("{}-{}", adjectives[random.next() % adjectives.size()],
                     nouns[random.next() % nouns.size()]);
}

std::string random_hex(Random& random, std::size_t bytes) {
  std::string text;
  while (text.size() < 2 * bytes) text += fmt::format("{:016x}", random.next());
  text.resize(2 * bytes);
  return text;
}

std::string fingerprint(std::string_view text) {
  // libsodium's, because OpenSSL reads its configuration and loads providers before the first digest.
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return to_hex(digest, 16);
}

std::string content_digest(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  crypto_generichash_blake2b(digest.data(), digest.size(),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  return to_hex(digest, digest.size());
}

bool is_content_digest(std::string_view text) {
  auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::ranges::all_of(text, is_digit);
}

}  // namespace weir
