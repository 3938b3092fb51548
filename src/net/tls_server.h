// What a server shows those who connect over TLS.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"

namespace weir::net {

/// A certificate and its key, loaded. OpenSSL stays behind it.
class TlsServerContext;

/// Both files are PEM. Code::invalid when either cannot be read or they do not fit together. TLS 1.2 and later.
Result<std::shared_ptr<TlsServerContext>> load_tls_server(const std::filesystem::path& certificate,
                                                          const std::filesystem::path& key);

/// A certificate that nobody else vouches for, and its key, as PEM. Behind the certificate is that of an authority which
/// signed it and nothing else, ever: its key is gone. So whoever puts both among those he trusts trusts servers that have
/// the key, under these names only. Clients that trust authorities alone (those of gRPC) are content too.
struct SelfSigned {
  std::string certificate{};
  std::string key{};
};

/// `names` are host names and IP addresses.
Result<SelfSigned> make_self_signed(std::span<const std::string> names, int valid_days);

/// Whether the certificate, as PEM, has an authority and is good for all of `names` for so many days to come.
bool covers(std::string_view certificate, std::span<const std::string> names, int days);

}  // namespace weir::net
