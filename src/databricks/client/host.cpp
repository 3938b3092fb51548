#include "databricks/client/host.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::databricks {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.rfind(':'));
}

/// 127.0.0.1, but not 127.example.com.
bool is_loopback_name(std::string_view name) {
  if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") return true;
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == name.npos;
}

}  // namespace

bool is_loopback(std::string_view normalised_host) {
  auto scheme = normalised_host.find("://");
  return scheme != normalised_host.npos && is_loopback_name(without_port(normalised_host.substr(scheme + 3)));
}

Result<std::string> normalise_host(std::string_view host) {
  auto separator = host.find("://");
  if (separator == host.npos) {
    return fail(Code::invalid, fmt::format("host '{}' has no scheme", host),
                fmt::format("write https://{}", host));
  }
  std::string scheme = lower(host.substr(0, separator));
  std::string authority = lower(host.substr(separator + 3));
  authority.resize(std::min(authority.find_first_of("/?#"), authority.size()));
  if (scheme != "https" && scheme != "http") {
    return fail(Code::invalid, fmt::format("host '{}' has the scheme {}", host, scheme), "use https://");
  }
  if (authority.contains('@')) {
    return fail(Code::invalid, "the workspace host contains a user name",
                "keep credentials out of it: write a token");
  }
  if (authority.empty() || authority.find_first_of(" \t\"'<>\\") != authority.npos) {
    return fail(Code::invalid, fmt::format("'{}' is not the address of a workspace", host),
                "write for example https://adb-1234567890123456.7.azuredatabricks.net");
  }
  if (scheme == "http" && !is_loopback_name(without_port(authority))) {
    return fail(Code::invalid,
                fmt::format("host '{}' is not encrypted: the token would travel in clear text", host),
                fmt::format("write https://{}", authority));
  }
  if (authority.starts_with("accounts.") || authority.starts_with("accounts-dod.")) {
    return fail(Code::invalid, fmt::format("'{}' is the account console, not a workspace", host),
                "use the address shown in the browser when the workspace is open");
  }
  if (scheme == "https" && authority.ends_with(":443")) authority.resize(authority.size() - 4);
  if (scheme == "http" && authority.ends_with(":80")) authority.resize(authority.size() - 3);
  return scheme + "://" + authority;
}

}  // namespace weir::databricks
