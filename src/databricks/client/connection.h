// Where a workspace is and how to sign in to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "databricks/client/environment.h"
#include "databricks/client/host.h"
#include "databricks/client/settings.h"
#include "databricks/client/sign_in.h"

namespace weir::databricks {

struct Connection {
  std::string name{};  ///< "embedded", "profile dev" or "environment": for people, and to recognise it after
                       ///< a restart
  std::string host{};  ///< scheme, host and port: "https://adb-1.azuredatabricks.net"
  SignIn sign_in{};
  double calls_per_second = 0;  ///< at most, of everything that weir asks there; 0: what suits the host
  friend bool operator==(const Connection&, const Connection&) = default;
};

/// The name of the connection to weir's own workspace, whose port differs from start to start.
constexpr std::string_view embedded_connection = "embedded";

/// Whether an attempt that was sent over one of them can be continued over the other.
bool is_same_place(std::string_view name, std::string_view host, const Connection& connection);

/// What a person or a program says about the connection; what is left out is looked up.
struct Asked {
  std::optional<std::string> profile{};
  Settings arguments{.origin = "given by the program"};
};

/// Finds the connection to use. Arguments count before variables (DATABRICKS_*, and ARM_* beside them), and
/// variables before the profile of DATABRICKS_CONFIG_PROFILE. When none of these is set: default_profile of
/// [__settings__], or [DEFAULT]. The file is DATABRICKS_CONFIG_FILE or ~/.databrickscfg; profiles inherit nothing
/// from [DEFAULT]. A profile that was asked for counts before variables, of which it takes only a way to sign in, and
/// only when it has none. What is configured for one host is never sent to another. nullopt: nothing is configured
/// at all. Errors say what to set where; a host without a way to sign in is Code::unauthenticated. Of `rate_limit` in the
/// profile and DATABRICKS_RATE_LIMIT, the variable counts.
Result<std::optional<Connection>> resolve_connection(const Asked& asked, const Environment& environment);
Result<std::optional<Connection>> resolve_connection(const std::optional<std::string>& profile,
                                                     const Environment& environment);

}  // namespace weir::databricks
