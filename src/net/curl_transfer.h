// One request under way: a libcurl easy handle with everything it reads and writes. Used on the client's
// thread only.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "net/authorities.h"
#include "net/endpoint.h"
#include "net/http_client.h"

namespace weir::net {

class CurlTransfer {
 public:
  /// Code::invalid when `request` cannot be sent as it is. `left` is what remains of its timeout.
  static Result<std::unique_ptr<CurlTransfer>> make(HttpRequest request, const Authorities& authorities,
                                                    std::chrono::milliseconds left);
  CurlTransfer(const CurlTransfer&) = delete;

  CURL* handle() const { return easy_.get(); }
  const Endpoint& endpoint() const { return endpoint_; }

  /// The outcome, once libcurl is done with the handle.
  Result<HttpResponse> finish(CURLcode code);

 private:
  CurlTransfer(HttpRequest request, Endpoint endpoint);
  void set_up(const Authorities& authorities, std::chrono::milliseconds left);
  void set_method();
  void set_headers();
  void set_callbacks();
  template <class Value>
  void set(CURLoption option, Value value);

  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_send(void* self, char* remote, char* local, int remote_port, int local_port);
  bool take(std::size_t bytes);
  void read_header_line(std::string_view line);

  Error error_of(CURLcode code) const;
  Error timed_out() const;
  std::string detail(CURLcode code) const;

  HttpRequest request_;
  Endpoint endpoint_;
  HttpResponse response_;
  std::size_t received_ = 0;
  std::uint64_t file_sent_ = 0;
  bool sent_ = false;
  bool too_large_ = false;
  bool no_authorities_ = false;
  bool lost_ = false;  ///< a kept connection died under a request that must not be sent twice
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> header_lines_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;
};

}  // namespace weir::net
