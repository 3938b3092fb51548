#include "net/http_session.h"

#include <cstdio>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "net/grpc_passage.h"
#include "net/target.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// How long a refused client may go on sending, so that it reads our answer before it sees the connection
/// close.
constexpr std::chrono::milliseconds linger_max{2'000};
/// A step between two reads does not notice that it was cancelled, so it is told again.
constexpr std::chrono::milliseconds cancel_again{50};
constexpr std::size_t first_read_bytes = 4096;

ServerResponse refusal(int status, std::string_view error_code, std::string_view message) {
  return {.status = status, .body = to_text(json{{"error_code", error_code}, {"message", message}})};
}

bool can_be_sent(const ServerResponse& response) {
  if (response.status < 200 || response.status > 599 || !is_header("Content-Type", response.content_type))
    return false;
  for (const auto& [name, value] : response.headers) {
    if (!is_header(name, value)) return false;
  }
  return true;
}

/// The reason goes to the log of the process, not to the client: it may quote what is not theirs to read.
ServerResponse broken_handler(const ServerRequest& request, std::string_view why) {
  std::fputs(fmt::format("weir: {} {}: the handler failed: {}\n", request.method, request.path, why).c_str(),
             stderr);
  return refusal(500, "INTERNAL_ERROR",
                 fmt::format("weir failed to answer {} {}; its log says why", request.method, request.path));
}

ServerResponse ask(const HttpServer::Handler& handler, const ServerRequest& request) {
  try {
    auto response = handler(request);
    return can_be_sent(response) ? response
                                 : broken_handler(request, "its answer has a bad status or header");
  } catch (const std::exception& error) {
    return broken_handler(request, error.what());
  } catch (...) {
    return broken_handler(request, "it threw something that is no exception");
  }
}

class BeastSession final : public HttpSession, public std::enable_shared_from_this<BeastSession> {
  using Parser = http::request_parser<http::string_body>;
  using Message = http::request<http::string_body>;

 public:
  BeastSession(tcp::socket socket, std::shared_ptr<const HttpSite> site)
      : socket_(std::move(socket)), deadline_(socket_.get_executor()), site_(std::move(site)) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  asio::awaitable<void> run() override {
    auto self = shared_from_this();
    if (co_await speaks_http2()) co_await pass_on();
    while (socket_.is_open() && co_await first_byte()) {
      Parser parser;
      parser.header_limit(static_cast<std::uint32_t>(site_->options.header_bytes_max));
      parser.body_limit(site_->options.body_bytes_max);
      if (error_code error = co_await read(parser)) {
        if (auto answer = refusal_for(error)) co_await send_last(*answer);
        break;
      }
      if (!co_await answer(parser.release())) break;
    }
    close();
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
    if (passage_) passage_->close();
  }

 private:
  /// Waits for the next request. False when none comes.
  asio::awaitable<bool> first_byte() {
    if (buffer_.size() > 0) co_return true;
    arm(site_->options.idle_timeout);
    error_code error;
    auto room = buffer_.prepare(first_read_bytes);
    auto bytes = co_await socket_.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(bytes);
    co_return !error;
  }

  asio::awaitable<bool> speaks_http2() {
    if (!site_->options.grpc || !co_await first_byte()) co_return false;
    auto bytes = buffer_.data();
    co_return begins_http2({static_cast<const char*>(bytes.data()), bytes.size()});
  }

  /// All of the connection is gRPC's from here on.
  asio::awaitable<void> pass_on() {
    deadline_.cancel();
    std::string first(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    buffer_.consume(first.size());
    std::shared_ptr<const GrpcRoute> route(site_, &site_->options.grpc);
    passage_ = make_grpc_passage(std::move(socket_), std::move(route));
    co_await passage_->run(std::move(first));
  }

  asio::awaitable<error_code> read(Parser& parser) {
    arm(site_->options.read_timeout);
    error_code error;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    co_await http::async_read_header(socket_, buffer_, parser, into_error);
    if (!error && boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(go_on), into_error);
    }
    if (!error) co_await http::async_read(socket_, buffer_, parser, into_error);
    co_return error;
  }

  /// Nothing when the client is gone and there is nobody to tell.
  std::optional<ServerResponse> refusal_for(error_code error) const {
    const auto& options = site_->options;
    if (expired_) return refusal(408, "REQUEST_TIMEOUT", "the request did not arrive in time");
    if (error == http::error::body_limit) {
      return refusal(413, "REQUEST_TOO_LARGE",
                     fmt::format("the body is larger than {} bytes", options.body_bytes_max));
    }
    if (error == http::error::header_limit) {
      return refusal(431, "HEADERS_TOO_LARGE",
                     fmt::format("the headers are larger than {} bytes", options.header_bytes_max));
    }
    bool left = error == http::error::end_of_stream || error == http::error::partial_message;
    bool not_http = error.category() == http::make_error_code(http::error::bad_method).category();
    if (left || !not_http) return std::nullopt;
    return refusal(400, "MALFORMED_REQUEST", fmt::format("this is no HTTP request: {}", error.message()));
  }

  /// True when the connection is kept for another request.
  asio::awaitable<bool> answer(Message message) {
    if (!site_->handler) co_return false;
    unsigned version = message.version();
    bool only_header = message.method() == http::verb::head;
    bool keep = message.keep_alive() && !site_->full();  // others wait for the place
    ServerResponse response = respond_to(std::move(message));
    if (response.later) response = co_await held(std::move(response));
    bool sent = co_await send(std::move(response), version, keep, only_header);
    co_return sent&& keep;
  }

  /// What the handler hands over later. A timer that never fires by itself is what is waited for.
  asio::awaitable<ServerResponse> held(ServerResponse promise) {
    struct Hand {
      explicit Hand(const asio::any_io_executor& executor) : given(executor) {}
      asio::steady_timer given;
      std::optional<ServerResponse> response{};
    };
    auto hand = std::make_shared<Hand>(socket_.get_executor());
    hand->given.expires_at(asio::steady_timer::time_point::max());
    deadline_.cancel();
    promise.later([hand](ServerResponse response) {
      hand->response = std::move(response);
      hand->given.cancel();
    });
    error_code ignored;
    if (!hand->response) co_await hand->given.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    ServerResponse response = hand->response
                                  ? std::move(*hand->response)
                                  : refusal(503, "TEMPORARILY_UNAVAILABLE", "the server is going down");
    response.headers.insert(response.headers.end(), promise.headers.begin(), promise.headers.end());
    co_return response;
  }

  ServerResponse respond_to(Message message) const {
    auto handler = site_->handler;  // it may destroy its own server
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) {
      return refusal(400, "MALFORMED_REQUEST",
                     "the request target is neither a path nor a URL, or has a broken escape");
    }
    return ask(*handler, to_request(std::move(message), std::move(*target)));
  }

  static ServerRequest to_request(Message message, Target target) {
    ServerRequest request{.method = std::string(message.method_string()),
                          .target = std::string(message.target()),
                          .path = std::move(target.path),
                          .query = std::move(target.query)};
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.body = std::move(message.body());
    return request;
  }

  asio::awaitable<bool> send(ServerResponse response, unsigned version, bool keep, bool only_header) {
    http::response<http::string_body> message;
    message.version(version);
    message.result(static_cast<unsigned>(response.status));
    message.keep_alive(keep);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    bool has_body = response.status != 204 && response.status != 304;
    if (has_body) {
      message.set(http::field::content_type, response.content_type);
      message.body() = std::move(response.body);
      message.prepare_payload();
    }
    http::response_serializer<http::string_body> serializer(message);

    arm(site_->options.write_timeout);
    error_code error;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    if (only_header) {
      co_await http::async_write_header(socket_, serializer, into_error);
    } else {
      co_await http::async_write(socket_, serializer, into_error);
    }
    co_return !error;
  }

  /// Answers a client that may still be sending, and reads on for a while: closing a socket with unread bytes
  /// resets the connection, and the answer would be lost on its way.
  asio::awaitable<void> send_last(ServerResponse response) {
    if (!co_await send(std::move(response), 11, false, false)) co_return;
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    arm(linger_max);
    while (!error) {
      buffer_.clear();
      auto room = buffer_.prepare(first_read_bytes);
      co_await socket_.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
    }
  }

  /// From now on the steps that follow have this long together; then they end with an error and expired_ is
  /// set.
  void arm(std::chrono::milliseconds limit) {
    expired_ = false;
    deadline_.expires_after(limit);
    watch_deadline();
  }

  void watch_deadline() {
    deadline_.async_wait([self = shared_from_this()](error_code error) {
      bool rearmed = self->deadline_.expiry() > asio::steady_timer::clock_type::now();
      if (error || rearmed || !self->socket_.is_open()) return;
      self->expired_ = true;
      self->socket_.cancel(error);
      self->deadline_.expires_after(cancel_again);
      self->watch_deadline();
    });
  }

  tcp::socket socket_;
  asio::steady_timer deadline_;
  bool expired_ = false;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<const HttpSite> site_;
  std::shared_ptr<GrpcPassage> passage_;  ///< who has the socket, once it turned out to speak HTTP/2
};

}  // namespace

std::shared_ptr<HttpSession> make_http_session(tcp::socket socket, std::shared_ptr<const HttpSite> site) {
  return std::make_shared<BeastSession>(std::move(socket), std::move(site));
}

}  // namespace weir::net
