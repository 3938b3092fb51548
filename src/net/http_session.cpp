#include "net/http_session.h"

#include <cstdio>
#include <type_traits>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "net/grpc_passage.h"
#include "net/incoming_body.h"
#include "net/target.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"

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
constexpr std::size_t body_piece_bytes = 64 * 1024;
constexpr std::size_t file_piece_bytes = 256 * 1024;
/// How much of a body that goes to a file has to arrive within the read timeout.
constexpr std::size_t progress_bytes = 1024 * 1024;

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

template <class Stream>
class BeastSession final : public HttpSession, public std::enable_shared_from_this<BeastSession<Stream>> {
  using Parser = http::request_parser<http::buffer_body>;
  using Message = http::request<http::buffer_body>;
  static constexpr bool is_secure = !std::is_same_v<Stream, tcp::socket>;

 public:
  BeastSession(Stream stream, std::shared_ptr<HttpSite> site)
      : stream_(std::move(stream)),
        deadline_(stream_.get_executor()),
        buffer_(site->options.header_bytes_max + 2 * body_piece_bytes),
        site_(std::move(site)) {
    error_code ignored;
    socket_of(stream_).set_option(tcp::no_delay(true), ignored);
  }

  asio::awaitable<void> run() override {
    auto self = this->shared_from_this();
    if (co_await shake_hands()) {
      if (co_await speaks_http2()) co_await pass_on();
      while (is_open() && co_await first_byte() && co_await serve_one()) {
      }
    }
    close();
  }

  void close() override {
    error_code ignored;
    socket_of(stream_).close(ignored);
    deadline_.cancel();
    if (passage_) passage_->close();
  }

 private:
  asio::awaitable<bool> shake_hands() {
    error_code error;
    if constexpr (is_secure) {
      arm(site_->options.read_timeout);
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
    }
    co_return !error;
  }

  /// Waits for the next request. False when none comes.
  asio::awaitable<bool> first_byte() {
    if (buffer_.size() > 0) co_return true;
    arm(site_->options.idle_timeout);
    error_code error;
    auto room = buffer_.prepare(first_read_bytes);
    auto bytes = co_await stream_.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(bytes);
    co_return !error;
  }

  bool is_open() { return socket_of(stream_).is_open(); }

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
    passage_ = make_grpc_passage(std::move(stream_), std::move(route));
    co_await passage_->run(std::move(first));
  }

  /// Reads a request and answers it. True when the connection is kept for another one.
  asio::awaitable<bool> serve_one() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(site_->options.header_bytes_max));
    parser.body_limit(boost::none);  // counted by IncomingBody
    arm(site_->options.read_timeout);
    error_code error;
    co_await http::async_read_header(stream_, buffer_, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    IncomingBody body(site_);
    std::optional<ServerResponse> refused;
    std::optional<ServerRequest> request;
    if (!error) {
      request = head_of(parser.get());
      if (!request)
        refused = refusal(400, "MALFORMED_REQUEST",
                          "the request target is neither a path nor a URL, or has a broken escape");
      else if (!parser.is_done())
        refused = co_await read_body(parser, body, *request, error);
    }
    if (error) refused = refusal_for(error);
    if (error || refused) body.drop();
    if (refused) co_await send_last(std::move(*refused));
    if (error || refused) co_return false;
    body.hand_over(*request);
    co_return co_await answer(parser.get(), *request);
  }

  asio::awaitable<std::optional<ServerResponse>> read_body(Parser& parser, IncomingBody& body,
                                                           const ServerRequest& head, error_code& error) {
    std::optional<std::uint64_t> announced;
    if (auto length = parser.content_length()) announced = *length;
    auto reception = site_->options.receive ? receive(head) : Reception{};
    if (auto refused = body.open(std::move(reception), announced)) co_return refused;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(stream_, asio::buffer(go_on), into_error);
    }
    std::vector<char> piece(body_piece_bytes);
    buffer_.reserve(body_piece_bytes);  // Beast reads as much as it has room for
    std::size_t since_armed = 0;
    while (!error && !parser.is_done()) {
      auto& room = parser.get().body();
      room.data = piece.data();
      room.size = piece.size();
      co_await http::async_read_some(stream_, buffer_, parser, into_error);
      if (error == http::error::need_buffer) error = {};
      std::size_t arrived = piece.size() - room.size;
      if (error || arrived == 0) continue;
      if (auto refused = body.take({piece.data(), arrived})) co_return refused;
      since_armed += arrived;
      if (body.is_file() && since_armed >= progress_bytes) {
        arm(site_->options.read_timeout);
        since_armed = 0;
      }
    }
    co_return std::nullopt;
  }

  Reception receive(const ServerRequest& head) const {
    try {
      return site_->options.receive(head);
    } catch (const std::exception& error) {
      return {.refusal = broken_handler(head, error.what())};
    }
  }

  /// Nothing when the client is gone and there is nobody to tell.
  std::optional<ServerResponse> refusal_for(error_code error) const {
    const auto& options = site_->options;
    if (expired_) return refusal(408, "REQUEST_TIMEOUT", "the request did not arrive in time");
    if (error == http::error::header_limit) {
      return refusal(431, "HEADERS_TOO_LARGE",
                     fmt::format("the headers are larger than {} bytes", options.header_bytes_max));
    }
    if (error == http::error::buffer_overflow) {
      return refusal(
          400, "MALFORMED_REQUEST",
          fmt::format(
              "what frames the body, the extension of a chunk or the trailers, is larger than {} bytes",
              buffer_.max_size()));
    }
    bool left = error == http::error::end_of_stream || error == http::error::partial_message;
    bool not_http = error.category() == http::make_error_code(http::error::bad_method).category();
    if (left || !not_http) return std::nullopt;
    return refusal(400, "MALFORMED_REQUEST", fmt::format("this is no HTTP request: {}", error.message()));
  }

  /// True when the connection is kept for another request.
  asio::awaitable<bool> answer(const Message& message, const ServerRequest& request) {
    if (!site_->handler) co_return false;
    bool keep = message.keep_alive() && !site_->full();  // others wait for the place
    ServerResponse response = respond_to(request);
    if (response.later) response = co_await held(std::move(response));
    bool sent =
        co_await send(std::move(response), message.version(), keep, message.method() == http::verb::head);
    co_return sent&& keep;
  }

  ServerResponse respond_to(const ServerRequest& request) const {
    auto handler = site_->handler;  // it may destroy its own server
    return ask(*handler, request);
  }

  /// What the handler hands over later. A timer that never fires by itself is what is waited for.
  asio::awaitable<ServerResponse> held(ServerResponse promise) {
    struct Hand {
      explicit Hand(const asio::any_io_executor& executor) : given(executor) {}
      asio::steady_timer given;
      std::optional<ServerResponse> response{};
    };
    auto hand = std::make_shared<Hand>(stream_.get_executor());
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

  /// All but the body; nothing when the target cannot be read.
  static std::optional<ServerRequest> head_of(const Message& message) {
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) return std::nullopt;
    ServerRequest request{.method = std::string(message.method_string()),
                          .target = std::string(message.target()),
                          .path = std::move(target->path),
                          .query = std::move(target->query)};
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.is_secure = is_secure;
    return request;
  }

  asio::awaitable<bool> send(ServerResponse response, unsigned version, bool keep, bool only_header) {
    http::response<http::string_body> message;
    message.version(version);
    message.result(static_cast<unsigned>(response.status));
    message.keep_alive(keep);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    bool has_body = response.status != 204 && response.status != 304;
    if (has_body) message.set(http::field::content_type, response.content_type);
    if (has_body && response.file.file) {
      message.content_length(response.file.bytes);
    } else if (has_body) {
      message.body() = std::move(response.body);
      message.prepare_payload();
    }
    http::response_serializer<http::string_body> serializer(message);

    arm(site_->options.write_timeout);
    error_code error;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    if (only_header || response.file.file) {
      co_await http::async_write_header(stream_, serializer, into_error);
    } else {
      co_await http::async_write(stream_, serializer, into_error);
    }
    if (!error && response.file.file && has_body && !only_header) co_return co_await send_file(response.file);
    co_return !error;
  }

  /// False when the file ended early or the client left.
  asio::awaitable<bool> send_file(FilePart part) {
    std::vector<char> piece(std::min<std::uint64_t>(part.bytes, file_piece_bytes));
    error_code error;
    while (part.bytes > 0 && !error) {
      auto count = ::pread(part.file->get(), piece.data(), std::min<std::uint64_t>(part.bytes, piece.size()),
                           static_cast<off_t>(part.offset));
      if (count <= 0) co_return false;
      part.offset += static_cast<std::uint64_t>(count);
      part.bytes -= static_cast<std::uint64_t>(count);
      arm(site_->options.write_timeout);
      co_await asio::async_write(stream_, asio::buffer(piece.data(), static_cast<std::size_t>(count)),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    co_return !error;
  }

  /// Answers a client that may still be sending, and reads on for a while: closing a socket with unread bytes
  /// resets the connection, and the answer would be lost on its way.
  asio::awaitable<void> send_last(ServerResponse response) {
    if (!co_await send(std::move(response), 11, false, false)) co_return;
    error_code error;
    socket_of(stream_).shutdown(tcp::socket::shutdown_send, error);
    arm(linger_max);
    while (!error) {
      buffer_.clear();
      auto room = buffer_.prepare(first_read_bytes);
      co_await socket_of(stream_).async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
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
    deadline_.async_wait([self = this->shared_from_this()](error_code error) {
      bool rearmed = self->deadline_.expiry() > asio::steady_timer::clock_type::now();
      tcp::socket& socket = socket_of(self->stream_);
      if (error || rearmed || !socket.is_open()) return;
      self->expired_ = true;
      socket.cancel(error);
      self->deadline_.expires_after(cancel_again);
      self->watch_deadline();
    });
  }

  Stream stream_;
  asio::steady_timer deadline_;
  bool expired_ = false;
  /// Bounded: Beast keeps all of a head, a chunk's extension or the trailers here until it has seen their end.
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<HttpSite> site_;
  std::shared_ptr<GrpcPassage> passage_;  ///< who has the socket, once it turned out to speak HTTP/2
};

}  // namespace

std::shared_ptr<HttpSession> make_http_session(tcp::socket socket, std::shared_ptr<HttpSite> site) {
  if (!site->options.tls)
    return std::make_shared<BeastSession<tcp::socket>>(std::move(socket), std::move(site));
  TlsStream stream(std::move(socket), site->options.tls->context);
  return std::make_shared<BeastSession<TlsStream>>(std::move(stream), std::move(site));
}

}  // namespace weir::net
