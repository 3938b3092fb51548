// Where a URL leads, in a form that may be printed: its credentials, path and query stay out.
#pragma once

#include <string>

#include "base/error.h"

namespace weir::net {

struct Endpoint {
  std::string name{};     ///< "host", or "host:port" when the URL says a port
  bool loopback = false;  ///< on this machine, by its name or address
};

/// Code::invalid for what is no whole http or https URL; the message quotes only what may be printed of it.
Result<Endpoint> endpoint_of(const std::string& url);

}  // namespace weir::net
