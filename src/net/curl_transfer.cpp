#include "net/curl_transfer.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/check.h"
#include "base/duration.h"

namespace weir::net {
namespace {

constexpr std::chrono::milliseconds shortest_timeout{1};  // to libcurl, 0 means none

/// Methods that mean the same when they arrive twice (RFC 9110, section 9.2.2).
bool may_repeat(std::string_view method) { return method != "POST" && method != "PATCH"; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto begin = text.find_first_not_of(blanks);
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

Result<std::unique_ptr<CurlTransfer>> CurlTransfer::make(HttpRequest request, const Authorities& authorities,
                                                         std::chrono::milliseconds left) {
  auto endpoint = endpoint_of(request.url);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (!is_header(request.method, "")) {
    return fail(Code::invalid, fmt::format("{}: '{}' is no HTTP method", endpoint->name, request.method));
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_header(name, value)) {  // the value stays out: it may be a credential
      return fail(Code::invalid, fmt::format("{}: the header '{}' cannot be sent", endpoint->name, name),
                  "remove line breaks and control characters from its name and value");
    }
  }
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(std::move(request), std::move(*endpoint)));
  transfer->set_up(authorities, left);
  return transfer;
}

CurlTransfer::CurlTransfer(HttpRequest request, Endpoint endpoint)
    : request_(std::move(request)),
      endpoint_(std::move(endpoint)),
      header_lines_(nullptr, curl_slist_free_all),
      easy_(curl_easy_init(), curl_easy_cleanup) {
  WEIR_CHECK(easy_, "there is memory for a request");
}

template <class Value>
void CurlTransfer::set(CURLoption option, Value value) {
  WEIR_CHECK(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK,
             "libcurl takes every option that we set");
}

void CurlTransfer::set_up(const Authorities& authorities, std::chrono::milliseconds left) {
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION,
      long{CURL_HTTP_VERSION_2TLS});  // never h2c: libcurl 7.88 breaks it on kept connections
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can decode
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, long{std::max(request_.connect_timeout, shortest_timeout).count()});
  set(CURLOPT_TIMEOUT_MS, long{std::max(left, shortest_timeout).count()});
  if (endpoint_.loopback) set(CURLOPT_PROXY, "");  // no proxy can reach this machine's own servers
  if (!authorities.file.empty()) set(CURLOPT_CAINFO, authorities.file.c_str());
  if (!authorities.folder.empty()) set(CURLOPT_CAPATH, authorities.folder.c_str());
  no_authorities_ = authorities.none();
  set_method();
  set_headers();
  set_callbacks();
}

void CurlTransfer::set_method() {
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (request_.file.file) {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.file.bytes));
    set(CURLOPT_READFUNCTION, &CurlTransfer::on_read);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_SEEKFUNCTION, &CurlTransfer::on_seek);
    set(CURLOPT_SEEKDATA, this);
    on_seek(this, 0, SEEK_SET);
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    return;
  }
  bool expects_body = request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
  if (expects_body || !request_.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::set_headers() {
  auto add = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(header_lines_.get(), line.c_str());
    WEIR_CHECK(longer, "there is memory for a header");
    static_cast<void>(header_lines_.release());
    header_lines_.reset(longer);
  };
  for (const auto& [name, value] : request_.headers) add(value.empty() ? name + ";" : name + ": " + value);
  if (!header(request_.headers, "Content-Type")) add("Content-Type:");  // or libcurl would invent a form
  add("Expect:");  // or libcurl would wait a second before each body above 1 MiB
  set(CURLOPT_HTTPHEADER, header_lines_.get());
}

void CurlTransfer::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_PREREQFUNCTION, &CurlTransfer::on_send);
  set(CURLOPT_PREREQDATA, this);
}

/// libcurl silently sends again what it sent on a kept connection that died. For some requests that is not
/// ours to decide: the first may have been carried out.
int CurlTransfer::on_send(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.lost_ = transfer.sent_ && !may_repeat(transfer.request_.method);
  transfer.sent_ = true;
  return transfer.lost_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t CurlTransfer::on_header(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (!transfer.take(size * count)) return 0;
  transfer.read_header_line({data, size * count});
  return size * count;
}

std::size_t CurlTransfer::on_body(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (!transfer.take(size * count)) return 0;
  transfer.response_.body.append(data, size * count);
  return size * count;
}

std::size_t CurlTransfer::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  auto& body = transfer.request_.file;
  auto left = body.bytes - transfer.file_sent_;
  auto read = std::fread(buffer, 1, std::min<std::uint64_t>(size * count, left), body.file.get());
  if (read == 0 && left > 0)
    return CURL_READFUNC_ABORT;  // the file is shorter than it was, or cannot be read
  transfer.file_sent_ += read;
  if (body.sent) body.sent(transfer.file_sent_);
  return read;
}

/// Back to the start, mostly: a kept connection died and the body is sent again.
int CurlTransfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (origin != SEEK_SET || fseeko(transfer.request_.file.file.get(), offset, SEEK_SET) != 0) {
    return CURL_SEEKFUNC_FAIL;
  }
  transfer.file_sent_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

bool CurlTransfer::take(std::size_t bytes) {
  received_ += bytes;
  too_large_ = received_ > response_bytes_max;
  return !too_large_;
}

void CurlTransfer::read_header_line(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // what came before belongs to an interim answer
    response_.headers.clear();
    return;
  }
  auto colon = line.find(':');
  if (colon == line.npos) return;
  response_.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

Result<HttpResponse> CurlTransfer::finish(CURLcode code) {
  if (code != CURLE_OK) return std::unexpected(error_of(code));
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

Error CurlTransfer::error_of(CURLcode code) const {
  auto unavailable = [this](std::string_view cause, std::string hint = {}) {
    return Error{Code::unavailable, fmt::format("{}: {}", endpoint_.name, cause), std::move(hint)};
  };
  if (too_large_)
    return unavailable(fmt::format("the answer is larger than {} MiB", response_bytes_max >> 20));
  if (lost_) {
    return unavailable("the connection closed before an answer came",
                       "it may have been carried out all the same");
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return timed_out();
    case CURLE_COULDNT_RESOLVE_HOST:
      return unavailable("the host name could not be resolved", "check the name and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unavailable("the name of the proxy could not be resolved", "check http_proxy and https_proxy");
    case CURLE_COULDNT_CONNECT:
      return unavailable(fmt::format("could not connect: {}", detail(code)),
                         endpoint_.loopback
                             ? "is the server running?"
                             : "check the network; http_proxy, https_proxy and no_proxy are honoured");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return unavailable(
          fmt::format("its certificate could not be verified: {}", detail(code)),
          no_authorities_
              ? "this machine has no certificate authorities: install ca-certificates, or name a file of "
                "them in "
                "SSL_CERT_FILE"
              : "for a private certificate authority, name its file in CURL_CA_BUNDLE or SSL_CERT_FILE");
    case CURLE_ABORTED_BY_CALLBACK:
      if (request_.file.file)
        return {Code::invalid, fmt::format("{}: the file could not be read to its end", endpoint_.name)};
      return unavailable(detail(code));
    case CURLE_GOT_NOTHING:
      return unavailable("the connection closed before an answer came");
    case CURLE_PARTIAL_FILE:
      return unavailable("the connection closed in the middle of the answer");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return unavailable("what answered does not speak HTTP");
    default:
      return unavailable(detail(code));
  }
}

Error CurlTransfer::timed_out() const {
  auto cause = sent_ ? fmt::format("no whole answer within {}", to_text(request_.timeout))
                     : fmt::format("no connection within {}",
                                   to_text(std::min(request_.connect_timeout, request_.timeout)));
  return {Code::timeout, fmt::format("{}: {}", endpoint_.name, cause)};
}

std::string CurlTransfer::detail(CURLcode code) const {
  long system_error = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &system_error);
  if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
    return std::generic_category().message(static_cast<int>(system_error));
  }
  return error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
}

}  // namespace weir::net
