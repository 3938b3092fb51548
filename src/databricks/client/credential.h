// A secret: a token, a password, a client's secret.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace weir::databricks {

/// It has no text form, so that it cannot slip into a message; only what goes on the wire reads it.
class Credential {
 public:
  Credential() = default;
  explicit Credential(std::string secret) : secret_(std::move(secret)) {}
  bool is_empty() const { return secret_.empty(); }
  const std::string& reveal() const { return secret_; }
  friend bool operator==(const Credential&, const Credential&) = default;

 private:
  std::string secret_;
};

/// `text` with [REDACTED] wherever one of them stands in it: for messages of servers, which like to repeat
/// what they were sent.
std::string redacted(std::string text, std::span<const Credential> secrets);

}  // namespace weir::databricks
