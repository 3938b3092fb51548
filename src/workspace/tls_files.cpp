#include "workspace/tls_files.h"

#include <algorithm>
#include <array>
#include <climits>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr int valid_days = 825;
constexpr int days_left_min = 30;

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::optional<std::string> address_in(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address && address->sa_family == AF_INET)
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  else if (address && address->sa_family == AF_INET6)
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (!bytes || !::inet_ntop(address->sa_family, bytes, text.data(), text.size())) return std::nullopt;
  return text.data();
}

/// Of every network card, but those that mean nothing to other machines.
std::vector<std::string> addresses_of_machine() {
  std::vector<std::string> found;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* one = all; one; one = one->ifa_next) {
    auto address = address_in(one->ifa_addr);
    if (address && !address->starts_with("fe80:") && !contains(found, *address)) found.push_back(*address);
  }
  ::freeifaddrs(all);
  return found;
}

std::vector<std::string> names_of(const std::string& address) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  auto add = [&](const std::string& name) {
    if (!name.empty() && !contains(names, name)) names.push_back(name);
  };
  if (is_local(address)) return names;
  add(host_name());
  bool is_every = address == "0.0.0.0" || address == "::";
  for (const auto& one : is_every ? addresses_of_machine() : std::vector{address}) add(one);
  return names;
}

}  // namespace

bool is_local(std::string_view address) {
  return address == "127.0.0.1" || address == "::1" || address == "localhost";
}

Result<TlsFiles> prepare_tls(const Home& home, const std::string& address) {
  TlsFiles files{.names = names_of(address)};
  struct stat status{};
  if (::stat(home.tls_key().c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    return fail(Code::invalid,
                fmt::format("{} can be read by other users of this machine", home.tls_key().string()),
                fmt::format("run: chmod 600 {}", home.tls_key().string()));
  auto present = read_file(home.certificate());
  if (!present || !net::covers(*present, files.names, days_left_min)) {
    auto made = net::make_self_signed(files.names, valid_days);
    if (!made) return std::unexpected(made.error());
    if (auto written = replace_file(home.tls_key(), made->key); !written)
      return std::unexpected(written.error());
    if (auto written = replace_file(home.certificate(), made->certificate); !written)
      return std::unexpected(written.error());
  }
  auto context = net::load_tls_server(home.certificate(), home.tls_key());
  if (!context) return std::unexpected(context.error());
  files.context = std::move(*context);
  return files;
}

}  // namespace weir::workspace
