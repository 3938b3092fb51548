// The body of one request while it arrives: in memory, counted against what all requests may hold together, or in a
// file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "net/http_session.h"

namespace weir::net {

/// Gives back its room, and removes its file when nobody took it, when it goes. Loop thread.
class IncomingBody {
 public:
  explicit IncomingBody(std::shared_ptr<HttpSite> site) : site_(std::move(site)) {}
  IncomingBody(const IncomingBody&) = delete;
  ~IncomingBody() { drop(); }

  /// Nothing is taken before. The refusal of the reception, 413 for a body that says it is longer than it may be, 507
  /// when there can be no file.
  std::optional<ServerResponse> open(Reception reception, std::optional<std::uint64_t> announced_bytes);

  /// 413, 503 or 507 when these bytes are too many.
  std::optional<ServerResponse> take(std::string_view bytes);

  bool is_file() const { return file_.is_open(); }

  /// Gives up what has arrived.
  void drop();

  /// Puts it into the request: nothing is taken after.
  void hand_over(ServerRequest& request);

 private:
  std::optional<ServerResponse> write(std::string_view bytes);

  std::shared_ptr<HttpSite> site_;
  std::uint64_t bytes_max_ = 0;
  std::uint64_t bytes_ = 0;
  std::string text_{};
  std::filesystem::path path_{};
  Descriptor file_{};
};

/// An answer of the server itself.
ServerResponse refusal(int status, std::string_view error_code, std::string_view message);

}  // namespace weir::net
