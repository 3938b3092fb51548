// For the tests of this folder: a server on a loop of its own, and plain blocking sockets that can misbehave.
#pragma once

#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.h"

namespace weir::net::testing {

/// A server that runs until the end of its scope.
class TestServer {
 public:
  explicit TestServer(HttpServer::Handler handler, ServerOptions options = {}) : loop_(make_loop()) {
    auto listening = HttpServer::listen(*loop_, std::move(options), std::move(handler));
    REQUIRE(listening);
    server_ = std::move(*listening);
    port_ = server_->port();
    thread_ = std::thread([this] { loop_->run(); });
  }
  ~TestServer() {
    loop_->stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }

  /// Destroys the server, but not its loop, from the loop's thread.
  void close() {
    on_loop([this] { server_.reset(); });
  }

  void on_loop(std::function<void()> work) {
    std::promise<void> ran;
    loop_->post([&] {
      work();
      ran.set_value();
    });
    ran.get_future().wait();
  }

 private:
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// One end of a connection, owned. A read that takes ten seconds fails the test instead of hanging it.
class RawSocket {
 public:
  RawSocket() : RawSocket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  explicit RawSocket(int fd) : fd_(fd) {
    REQUIRE(fd_ >= 0);
    timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  RawSocket(RawSocket&& other) : fd_(std::exchange(other.fd_, -1)) {}
  ~RawSocket() { close(); }

  static RawSocket connected_to(std::uint16_t port) {
    RawSocket socket;
    socket.connect(port);
    return socket;
  }

  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  void connect(std::uint16_t port) {
    auto address = loopback(port);
    REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  /// False when the other side has closed.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// What arrives until `end` (if there is one) has been seen or the other side closes.
  std::string receive_until(std::string_view end) const {
    std::string text;
    char buffer[4096];
    while (end.empty() || !text.contains(end)) {
      auto count = recv(fd_, buffer, sizeof buffer, 0);
      bool waited_too_long = count < 0 && errno == EAGAIN;
      REQUIRE_FALSE(waited_too_long);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }
  std::string receive_all() const { return receive_until(""); }

 private:
  int fd_;
};

/// A port that accepts connections only when told to, and then says what the test says.
class RawListener {
 public:
  RawListener() {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_.fd(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  void listen() const { REQUIRE(::listen(socket_.fd(), 256) == 0); }
  RawSocket accept() const { return RawSocket(::accept(socket_.fd(), nullptr, nullptr)); }

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }

 private:
  RawSocket socket_;
  std::uint16_t port_ = 0;
};

}  // namespace weir::net::testing
