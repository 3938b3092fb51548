#include "net/endpoint.h"

#include <memory>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/check.h"

namespace weir::net {
namespace {

class ParsedUrl {
 public:
  explicit ParsedUrl(const std::string& url) : parts_(curl_url(), curl_url_cleanup) {
    WEIR_CHECK(parts_, "there is memory for a URL");
    bool one_line = url.find('\0') == url.npos;
    valid_ = one_line && curl_url_set(parts_.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  }

  bool valid() const { return valid_; }

  std::optional<std::string> part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(parts_.get(), which, &text, 0) != CURLUE_OK) return std::nullopt;
    std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
    return std::string(text);
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts_;
  bool valid_ = false;
};

/// Cut generously: what cannot be parsed may hold its password anywhere before the last '@', and a token in
/// its query.
std::string printable(std::string_view url) {
  auto scheme_end = url.find("://");
  auto scheme = scheme_end == url.npos ? std::string_view{} : url.substr(0, scheme_end + 3);
  auto rest = url.substr(scheme.size());
  if (auto at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
  return std::string(scheme) + std::string(rest.substr(0, rest.find_first_of("?#")));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

Result<Endpoint> endpoint_of(const std::string& url) {
  ParsedUrl parsed(url);
  auto scheme = parsed.valid() ? parsed.part(CURLUPART_SCHEME) : std::nullopt;
  auto host = parsed.valid() ? parsed.part(CURLUPART_HOST) : std::nullopt;
  if (!host || host->empty() || (scheme != "http" && scheme != "https")) {
    return fail(Code::invalid, fmt::format("'{}' is no http or https URL", printable(url)),
                "write for example https://host/path");
  }
  Endpoint endpoint{.name = *host, .loopback = is_loopback(*host)};
  if (auto port = parsed.part(CURLUPART_PORT)) endpoint.name += ":" + *port;
  return endpoint;
}

}  // namespace weir::net
