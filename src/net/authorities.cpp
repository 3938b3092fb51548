#include "net/authorities.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>

namespace weir::net {
namespace {

constexpr auto system_files = std::to_array<const char*>({
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, Red Hat and what follows it
    "/etc/pki/tls/certs/ca-bundle.crt",                   // the same, older; Amazon Linux
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine
});

std::string first_of_environment(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value && *value) return value;
  }
  return {};
}

}  // namespace

std::string first_file(std::span<const char* const> files) {
  for (const char* file : files) {
    std::error_code missing;
    if (std::filesystem::is_regular_file(file, missing)) return file;
  }
  return {};
}

Authorities Authorities::of_environment() {
  Authorities found{.file = first_of_environment({"CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}),
                    .folder = first_of_environment({"SSL_CERT_DIR"})};
  if (found.file.empty()) found.file = first_file(system_files);
  return found;
}

}  // namespace weir::net
