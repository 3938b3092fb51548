// Identities: UUIDv7 for runs (they sort by creation time) and two-word names for people.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir {

/// Randomness as a parameter. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

/// Unpredictable bits from the operating system: fit for tokens too.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

Uuid make_uuid_v7(Instant now, Random& random);
std::string to_text(const Uuid& uuid);                  ///< 36 lower-case characters
std::optional<Uuid> parse_uuid(std::string_view text);  ///< nullopt unless exactly that form

/// "brave-otter": easy to say, not unique; whoever needs uniqueness asks again.
std::string two_word_name(Random& random);

/// `bytes` random bytes as lower-case hexadecimal digits.
std::string random_hex(Random& random, std::size_t bytes);

/// The first 128 bits of SHA-256 over `text`, as 32 hexadecimal digits: a stable fingerprint, not a secret.
std::string fingerprint(std::string_view text);

/// BLAKE2b with 32 bytes, as 64 hexadecimal digits: the name of a file by what is in it.
std::string content_digest(std::string_view bytes);
bool is_content_digest(std::string_view text);

}  // namespace weir
