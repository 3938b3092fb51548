// The certificate of the workspace's https: server.crt and server.key in its folder, made at the first start and made
// anew when they end soon or the server has other names by then.
#pragma once

#include <string>
#include <vector>

#include "net/tls_server.h"
#include "workspace/home/home.h"

namespace weir::workspace {

struct TlsFiles {
  std::vector<std::string> names{};  ///< by which the certificate vouches for the server
  std::shared_ptr<net::TlsServerContext> context{};
};

/// For a server that listens at `address`. An address that others can reach adds the names of this machine to the local
/// ones. Code::invalid when files that somebody put there do not fit together, or others can read the key.
Result<TlsFiles> prepare_tls(const Home& home, const std::string& address);

bool is_local(std::string_view address);  ///< nobody else reaches it

}  // namespace weir::workspace
