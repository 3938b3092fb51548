// For tests: the other end of a conversation, in this process, and a loop that turns until something holds.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "base/json.h"
#include "loop/loop.h"
#include "process/fd.h"

namespace weir::foreign::testing {

/// Turns the loop until `holds`; a test that never gets there fails instead of hanging.
inline void turn_until(Loop& loop, const std::function<bool()>& holds) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!holds()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    auto look = loop.after(std::chrono::milliseconds{1}, [&loop] { loop.stop(); });
    loop.run();
    loop.cancel_timer(look);
  }
}

/// A worker as the engine hears it: what it says is text, what it has heard are messages.
class Peer {
 public:
  explicit Peer(Loop& loop) : loop_(loop) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    ours_ = process::Fd(ends[0]);
    theirs_ = process::Fd(ends[1]);
  }

  /// The end that the code under test gets.
  process::Fd take_socket() { return std::move(theirs_); }

  void say(const std::string& line) {
    auto text = line + "\n";
    for (std::size_t sent = 0; sent < text.size();) {
      ssize_t count =
          ::send(ours_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) {
        sent += static_cast<std::size_t>(count);
      } else if (errno == EPIPE) {
        return;  // nobody hears the rest
      } else {
        REQUIRE((errno == EAGAIN || errno == EWOULDBLOCK));
        loop_.post([this] { loop_.stop(); });
        loop_.run();  // the other side reads on
      }
    }
  }
  void leave() { ours_.reset(); }

  /// Reads what is there; lines are kept as they came.
  void read() {
    std::string buffer(1 << 16, '\0');
    for (ssize_t count;
         ours_ && (count = ::recv(ours_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;) {
      unfinished_.append(buffer, 0, static_cast<std::size_t>(count));
      for (std::size_t end; (end = unfinished_.find('\n')) != unfinished_.npos;
           unfinished_.erase(0, end + 1)) {
        lines.push_back(unfinished_.substr(0, end));
        auto messages = parse_json(lines.back());
        REQUIRE(messages);
        for (auto& message : messages->as_array()) heard.push_back(std::move(message));
      }
    }
  }

  /// The first message of a type that was not waited for before.
  json next(const std::string& type) {
    json found;
    turn_until(loop_, [&] {
      read();
      while (taken_ < heard.size() && found.is_null()) {
        if (heard[taken_].at("type") == json(type)) found = heard[taken_];
        ++taken_;
      }
      return !found.is_null();
    });
    return found;
  }

  /// How many messages of a type came so far.
  std::size_t count_of(const std::string& type) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(heard, [&](const json& message) { return message.at("type") == json(type); }));
  }

  std::vector<std::string> lines{};
  std::vector<json> heard{};

 private:
  Loop& loop_;
  process::Fd ours_{};
  process::Fd theirs_{};
  std::string unfinished_{};
  std::size_t taken_ = 0;
};

}  // namespace weir::foreign::testing
