// Which certificate authorities vouch for servers. Every distribution keeps them elsewhere, and one binary runs on all.
#pragma once

#include <span>
#include <string>

namespace weir::net {

/// The file the environment names in CURL_CA_BUNDLE, else SSL_CERT_FILE, else REQUESTS_CA_BUNDLE, else the system's;
/// the folder that SSL_CERT_DIR names.
struct Authorities {
  std::string file{};
  std::string folder{};

  /// Nobody vouches for anybody: the system's package of them is missing.
  bool none() const { return file.empty() && folder.empty(); }

  static Authorities of_environment();
};

/// The first of `files` that is there; empty when none is.
std::string first_file(std::span<const char* const> files);

}  // namespace weir::net
