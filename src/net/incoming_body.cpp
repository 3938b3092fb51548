#include "net/incoming_body.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/json.h"

namespace weir::net {
namespace {

ServerResponse too_large(std::uint64_t bytes_max) {
  return refusal(413, "REQUEST_TOO_LARGE", fmt::format("the body is larger than {} bytes", bytes_max));
}

ServerResponse no_disk() {
  return refusal(507, "INSUFFICIENT_STORAGE",
                 fmt::format("the body could not be kept on disk: {}", std::strerror(errno)));
}

}  // namespace

ServerResponse refusal(int status, std::string_view error_code, std::string_view message) {
  return {.status = status, .body = to_text(json{{"error_code", error_code}, {"message", message}})};
}

void IncomingBody::drop() {
  if (path_.empty()) site_->body_bytes -= bytes_;
  if (!path_.empty()) ::unlink(path_.c_str());
  bytes_ = 0;
  path_.clear();
}

std::optional<ServerResponse> IncomingBody::open(Reception reception,
                                                 std::optional<std::uint64_t> announced_bytes) {
  if (reception.refusal) return std::move(reception.refusal);
  bytes_max_ = reception.body_bytes_max != 0 ? reception.body_bytes_max : site_->options.body_bytes_max;
  if (announced_bytes.value_or(0) > bytes_max_) return too_large(bytes_max_);
  if (reception.file.empty()) return std::nullopt;
  file_ =
      Descriptor(::open(reception.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_.is_open()) return no_disk();
  path_ = std::move(reception.file);
  return std::nullopt;
}

std::optional<ServerResponse> IncomingBody::take(std::string_view bytes) {
  if (bytes.size() > bytes_max_ - bytes_) return too_large(bytes_max_);
  if (is_file()) {
    bytes_ += bytes.size();
    return write(bytes);
  }
  if (bytes.size() >
      site_->options.bodies_bytes_max - std::min(site_->body_bytes, site_->options.bodies_bytes_max)) {
    ServerResponse busy = refusal(503, "TEMPORARILY_UNAVAILABLE",
                                  "too many large requests are being read; try again in a moment");
    busy.headers.emplace_back("Retry-After", "1");
    return busy;
  }
  bytes_ += bytes.size();
  site_->body_bytes += bytes.size();
  text_.append(bytes);
  return std::nullopt;
}

std::optional<ServerResponse> IncomingBody::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0) return no_disk();
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return std::nullopt;
}

void IncomingBody::hand_over(ServerRequest& request) {
  request.body = std::move(text_);
  request.body_file = path_;
  file_ = Descriptor();
}

}  // namespace weir::net
