// For tests: an HTTP server that answers what a test tells it to, including no answer at all, and remembers
// what it was asked. It serves one request after the other over real sockets.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/json.h"
#include "net/test_sockets.h"

namespace weir::databricks::testing {

struct Seen {
  std::string method{};
  std::string target{};   ///< with its query
  std::string headers{};  ///< as sent, with the request line
  std::string body{};
};

struct Scripted {
  int status = 200;
  std::string body = "{}";
  std::string headers{};  ///< whole lines: "Retry-After: 0\r\n"
  bool lost = false;      ///< close without a word
};

inline Scripted ok(const json& body) { return {.body = to_text(body)}; }
inline Scripted refused(int status, std::string_view code, std::string_view message) {
  return {.status = status, .body = to_text(json{{"error_code", code}, {"message", message}})};
}
inline Scripted lost() { return {.lost = true}; }

class ScriptedWorkspace {
 public:
  ScriptedWorkspace() {
    listener_.listen();
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedWorkspace() {
    stopping_ = true;
    net::testing::RawSocket::connected_to(listener_.port());
    thread_.join();
  }

  std::string host() const { return listener_.url(""); }

  /// Answers requests whose path ends with `path`, in order; the last answer is repeated.
  ScriptedWorkspace& on(const std::string& path, std::deque<Scripted> answers) {
    std::scoped_lock lock(mutex_);
    answers_[path] = std::move(answers);
    return *this;
  }

  /// The requests whose path ends with `path` (without a query).
  std::vector<Seen> seen(const std::string& path) const {
    std::scoped_lock lock(mutex_);
    std::vector<Seen> found;
    for (const auto& request : seen_) {
      if (path_of(request).ends_with(path)) found.push_back(request);
    }
    return found;
  }

 private:
  static std::string path_of(const Seen& seen) { return seen.target.substr(0, seen.target.find('?')); }

  static Seen read_request(const net::testing::RawSocket& socket) {
    auto text = socket.receive_until("\r\n\r\n");
    auto head = text.find("\r\n\r\n");
    if (head == text.npos) return {};
    Seen seen{.headers = text.substr(0, head), .body = text.substr(head + 4)};
    auto first_space = text.find(' ');
    seen.method = text.substr(0, first_space);
    seen.target = text.substr(first_space + 1, text.find(' ', first_space + 1) - first_space - 1);
    auto length = seen.headers.find("Content-Length: ");
    std::size_t expected = length == text.npos ? 0 : std::stoul(seen.headers.substr(length + 16));
    while (seen.body.size() < expected) {
      char buffer[65536];
      auto count = recv(socket.fd(), buffer, sizeof buffer, 0);
      if (count <= 0) break;
      seen.body.append(buffer, static_cast<std::size_t>(count));
    }
    return seen;
  }

  Scripted answer_to(const Seen& request) {
    std::scoped_lock lock(mutex_);
    seen_.push_back(request);
    for (auto& [path, answers] : answers_) {
      if (!path_of(request).ends_with(path) || answers.empty()) continue;
      auto answer = answers.front();
      if (answers.size() > 1) answers.pop_front();
      return answer;
    }
    return refused(501, "NOT_IMPLEMENTED", "not in this script: " + request.target);
  }

  void serve() {
    while (true) {
      auto socket = listener_.accept();
      if (stopping_) return;
      auto request = read_request(socket);
      if (request.method.empty()) continue;
      auto answer = answer_to(request);
      if (answer.lost) continue;
      socket.send(fmt::format("HTTP/1.1 {} Scripted\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                              answer.status, answer.headers, answer.body.size(), answer.body));
    }
  }

  net::testing::RawListener listener_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Scripted>> answers_;
  std::vector<Seen> seen_;
  std::thread thread_;
};

}  // namespace weir::databricks::testing
