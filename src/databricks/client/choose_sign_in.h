// Which method of signing in the settings mean.
#pragma once

#include <string>

#include "base/error.h"
#include "databricks/client/settings.h"
#include "databricks/client/sign_in.h"

namespace weir::databricks {

/// auth_type chooses; else there must be one method only. `who` ("profile 'dev' of ~/.databrickscfg") begins messages.
/// Code::invalid: several methods, half a method, an auth_type that weir does not know (with the nearest).
/// Code::unauthenticated: no method at all.
Result<SignIn> choose_sign_in(const LayeredSettings& settings, const std::string& who);

}  // namespace weir::databricks
