// Who and what this workspace is, and what clients discover of it before they log in.
#pragma once

#include <string>

#include "workspace/rest/router.h"

namespace weir::workspace {

/// The workspace has one user, who owns everything: the one who started it.
struct Identity {
  std::string host{};  ///< "http://127.0.0.1:8123"
  std::string org_id{};
  std::string user{};  ///< "ann@localhost"

  std::string user_id() const;  ///< a number, as text
};

/// "ann@localhost", of the system user this process runs as.
std::string system_user();

void add_identity_routes(Router& router, std::string org_id);

}  // namespace weir::workspace
