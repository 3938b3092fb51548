// Where a workspace is and how to sign in to it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::databricks {

/// A personal access token. It has no text form, so that it cannot slip into a message; only the HTTP header
/// reads it.
class Credential {
 public:
  Credential() = default;
  explicit Credential(std::string token) : token_(std::move(token)) {}
  bool is_empty() const { return token_.empty(); }
  const std::string& reveal() const { return token_; }

 private:
  std::string token_;
};

struct Connection {
  std::string name{};  ///< "embedded", "profile dev" or "environment": for people, and to recognise it after
                       ///< a restart
  std::string host{};  ///< scheme, host and port: "https://adb-1.azuredatabricks.net"
  Credential credential{};
};

/// The name of the connection to weir's own workspace, whose port differs from start to start.
constexpr std::string_view embedded_connection = "embedded";

/// Whether an attempt that was sent over one of them can be continued over the other.
bool is_same_place(std::string_view name, std::string_view host, const Connection& connection);

/// "HTTPS://adb-1.azuredatabricks.net/?o=7" → "https://adb-1.azuredatabricks.net". Errors (Code::invalid): no
/// scheme, another scheme than http and https, http to another machine, a user name inside, the account
/// console.
Result<std::string> normalise_host(std::string_view host);
bool is_loopback(std::string_view normalised_host);

/// Variables of the environment; empty ones count as missing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// Finds the connection to use. An explicit profile is read from the file (DATABRICKS_CONFIG_FILE or
/// ~/.databrickscfg) and nothing else counts. Otherwise DATABRICKS_HOST and DATABRICKS_TOKEN, without looking
/// at the file; otherwise the profile of DATABRICKS_CONFIG_PROFILE, default_profile of [__settings__], or
/// [DEFAULT]. Profiles inherit nothing from [DEFAULT]. nullopt: nothing is configured at all. Errors say what
/// to set where; a host without a token is Code::unauthenticated.
Result<std::optional<Connection>> resolve_connection(const std::optional<std::string>& profile,
                                                     const Environment& environment);

}  // namespace weir::databricks
