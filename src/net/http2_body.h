// The body of a request or an answer on its way from one HTTP/2 connection to another.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace weir::net {

/// It holds no more than the window of the stream that fills it: what is not taken keeps that window shut.
class Http2Body {
 public:
  /// `taken` hears of bytes that have left, so that the window can open by so many.
  explicit Http2Body(std::function<void(std::size_t)> taken) : taken_(std::move(taken)) {}

  void add(std::string_view bytes) {
    if (begin_ == bytes_.size()) drop();
    bytes_ += bytes;
  }
  void end(Headers trailers = {}) {
    if (has_ended_) return;
    has_ended_ = true;
    trailers_ = std::move(trailers);
  }

  std::string_view rest() const { return std::string_view(bytes_).substr(begin_); }
  bool has_ended() const { return has_ended_; }
  const Headers& trailers() const { return trailers_; }

  /// What is left moves only when it is the smaller part, so that no byte moves more than once on average.
  void take(std::size_t count) {
    begin_ += count;
    if (begin_ >= compact_bytes && begin_ >= bytes_.size() - begin_) {
      bytes_.erase(0, begin_);
      begin_ = 0;
    }
    if (count > 0) taken_(count);
  }
  /// For a stream that is reset: what is left is not sent.
  void abandon() { take(rest().size()); }

 private:
  static constexpr std::size_t compact_bytes = 256 * 1024;
  void drop() {
    bytes_.clear();
    begin_ = 0;
  }

  std::string bytes_{};
  std::size_t begin_ = 0;
  bool has_ended_ = false;
  Headers trailers_{};
  std::function<void(std::size_t)> taken_;
};

}  // namespace weir::net
