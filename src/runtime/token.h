// Tokens of attempts: the same after any crash, different for any two attempts anywhere, at most 64 characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::runtime {

/// What the tokens of all attempts of a run begin with: "weir-<32 hexadecimal digits>-". Unguessable enough not
/// to collide with anybody else's.
std::string token_stem(std::string_view store_id, std::string_view run_id);

/// Task and attempt are numbers of the run's history.
std::string token_of(std::string_view stem, std::uint32_t task, std::uint32_t number);

struct TokenParts {
  std::string stem{};
  std::uint32_t task = 0;
  std::uint32_t number = 0;
};

/// nullopt for what token_of() did not make.
std::optional<TokenParts> parts_of_token(std::string_view token);

}  // namespace weir::runtime
