// Which workspace a command talks to.
#pragma once

#include <functional>
#include <string>

#include "cli/terminal/terminal.h"
#include "databricks/client/connection.h"

namespace weir::cli {

using Connect = std::function<Result<databricks::Connection>(const Terminal&)>;

/// What --workspace says, or else $WEIR_WORKSPACE; empty for neither.
std::string chosen_workspace(const std::string& option);

/// Whether the choice makes sense, found out without talking to anybody: the profile exists, the host has a scheme, a
/// way to sign in is there.
Result<void> check_workspace(const std::string& workspace);

/// `workspace` as given with --workspace or $WEIR_WORKSPACE: "embedded", the name of a profile in ~/.databrickscfg, or
/// the address of a workspace, which variables say how to sign in to. When it is empty: DATABRICKS_* variables, then
/// the default profile, then the embedded workspace, which is started when it is not running; that is said on standard
/// error.
Result<databricks::Connection> connect_to(const std::string& workspace, const Terminal& terminal);

}  // namespace weir::cli
