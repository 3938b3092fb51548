#include "net/grpc_passage.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "net/http2_connection.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::uint32_t cancelled = 8;  // HTTP/2's error code

class Backend;

/// One call. It has a stream on the connection it came by and, once that is decided, one on the connection it goes to.
struct Call {
  StreamId front = 0;
  StreamId back = 0;
  std::shared_ptr<Backend> backend{};
  Headers headers{};
  std::shared_ptr<Http2Body> up{};
  std::shared_ptr<Http2Body> down{};
  bool is_answered = false;  ///< the headers of the answer are on their way
  bool is_over = false;      ///< and so is its end
};

Headers refusal_headers(GrpcStatus status, std::string_view message) {
  return {{"grpc-status", std::to_string(static_cast<int>(status))}, {"grpc-message", grpc_message(message)}};
}

Headers replaced(Headers headers, const Headers& replacements) {
  std::erase_if(headers, [&](const auto& header) {
    return std::ranges::any_of(replacements, [&](const auto& one) { return one.first == header.first; });
  });
  headers.insert(headers.end(), replacements.begin(), replacements.end());
  return headers;
}

/// Filled by a stream, whose window opens as it is emptied.
std::shared_ptr<Http2Body> body_from(const std::shared_ptr<Http2Connection>& connection, StreamId stream) {
  return std::make_shared<Http2Body>([from = std::weak_ptr(connection), stream](std::size_t bytes) {
    if (auto there = from.lock()) there->consumed(stream, bytes);
  });
}

/// The connection that calls come by.
class Front final : public Http2Listener, public GrpcPassage, public std::enable_shared_from_this<Front> {
 public:
  explicit Front(std::shared_ptr<const GrpcRoute> route) : route_(std::move(route)) {}

  template <class Stream>
  void open(Stream stream) {
    executor_ = stream.get_executor();
    connection_ = make_http2_server(std::move(stream), weak_from_this());
  }
  asio::awaitable<void> run(std::string first) override {
    auto self = shared_from_this();
    co_await connection_->run(std::move(first));
  }
  void close() override;

  void on_headers(StreamId stream, Headers headers, bool is_last) override;
  void on_data(StreamId stream, std::string_view bytes) override;
  void on_end(StreamId stream) override;
  void on_stream_closed(StreamId stream, std::uint32_t error) override;
  void on_connection_closed() override { close(); }

  /// From the other side of a call.
  void answer(Call& call, const Headers& headers);
  void end_badly(Call& call, GrpcStatus status, std::string_view message);
  void resume(const Call& call) { connection_->resume(call.front); }

 private:
  void decided(StreamId stream, std::expected<GrpcTarget, GrpcRefusal> decision);
  std::shared_ptr<Backend> backend_at(std::uint16_t port);

  asio::any_io_executor executor_;
  std::shared_ptr<const GrpcRoute> route_;
  std::shared_ptr<Http2Connection> connection_;
  std::unordered_map<StreamId, std::shared_ptr<Call>> calls_;
  std::map<std::uint16_t, std::weak_ptr<Backend>> backends_;
};

/// A connection that calls go by. It lives as long as one of them, or its front, holds it.
class Backend : public Http2Listener, public std::enable_shared_from_this<Backend> {
 public:
  explicit Backend(std::weak_ptr<Front> front) : front_(std::move(front)) {}

  void open(const asio::any_io_executor& executor, std::uint16_t port) {
    tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    connection_ = make_http2_client(tcp::socket(executor), endpoint, weak_from_this());
    asio::co_spawn(executor, connection_->run({}), [self = shared_from_this()](auto) {});
  }
  bool is_open() const { return is_open_; }
  void close() { connection_->close(); }

  void send(const std::shared_ptr<Call>& call, const Headers& headers) {
    call->back = is_open_ ? connection_->request(headers, call->up) : 0;
    if (call->back == 0) return fail(*call);
    calls_[call->back] = call;
  }
  void resume(const Call& call) { connection_->resume(call.back); }
  void cancel(const Call& call) {
    if (calls_.erase(call.back) > 0) connection_->reset(call.back, cancelled);
  }

  void on_headers(StreamId stream, Headers headers, bool is_last) override {
    auto call = find(stream);
    auto front = front_.lock();
    if (!call || !front) return;
    call->is_over = is_last;
    if (call->is_answered) {
      call->down->end(std::move(headers));
      return front->resume(*call);
    }
    if (!is_last) call->down = body_from(connection_, stream);
    front->answer(*call, headers);
  }

  void on_data(StreamId stream, std::string_view bytes) override {
    auto call = find(stream);
    auto front = front_.lock();
    if (!call || !front || !call->down) return connection_->consumed(stream, bytes.size());
    call->down->add(bytes);
    front->resume(*call);
  }

  void on_end(StreamId stream) override {
    auto call = find(stream);
    auto front = front_.lock();
    if (!call || !front || !call->down) return;
    call->is_over = true;
    call->down->end();
    front->resume(*call);
  }

  void on_stream_closed(StreamId stream, std::uint32_t) override {
    auto gone = calls_.extract(stream);
    if (!gone.empty()) fail(*gone.mapped());
  }

  void on_connection_closed() override {
    is_open_ = false;
    for (auto& [stream, call] : std::exchange(calls_, {})) fail(*call);
  }

 private:
  std::shared_ptr<Call> find(StreamId stream) const {
    auto found = calls_.find(stream);
    return found == calls_.end() ? nullptr : found->second;
  }

  /// Nothing more will come. What has come to its end has not failed.
  void fail(Call& call) {
    auto front = front_.lock();
    if (front && !call.is_over)
      front->end_badly(call, GrpcStatus::unavailable, "the server behind the proxy has gone");
  }

  std::weak_ptr<Front> front_;
  std::shared_ptr<Http2Connection> connection_;
  std::unordered_map<StreamId, std::shared_ptr<Call>> calls_;
  bool is_open_ = true;
};

void Front::close() {
  connection_->close();
  for (auto& [stream, call] : std::exchange(calls_, {}))
    if (call->backend) call->backend->cancel(*call);
  for (auto& [port, backend] : std::exchange(backends_, {}))
    if (auto open = backend.lock()) open->close();
}

void Front::on_headers(StreamId stream, Headers headers, bool) {
  if (calls_.contains(stream)) return;  // trailers of a request: gRPC has none
  auto call = std::make_shared<Call>();
  call->front = stream;
  call->up = body_from(connection_, stream);
  call->headers = std::move(headers);
  calls_[stream] = call;
  (*route_)(call->headers, [self = weak_from_this(), stream](auto decision) {
    if (auto front = self.lock()) front->decided(stream, std::move(decision));
  });
}

void Front::decided(StreamId stream, std::expected<GrpcTarget, GrpcRefusal> decision) {
  auto found = calls_.find(stream);
  if (found == calls_.end()) return;  // its client did not wait
  auto call = found->second;
  if (!decision) return end_badly(*call, decision.error().status, decision.error().message);
  call->backend = backend_at(decision->port);
  call->backend->send(call, replaced(std::move(call->headers), decision->replaced));
}

std::shared_ptr<Backend> Front::backend_at(std::uint16_t port) {
  auto& known = backends_[port];
  auto backend = known.lock();
  if (backend && backend->is_open()) return backend;
  backend = std::make_shared<Backend>(weak_from_this());
  backend->open(executor_, port);
  known = backend;
  return backend;
}

void Front::on_data(StreamId stream, std::string_view bytes) {
  auto found = calls_.find(stream);
  if (found == calls_.end()) return connection_->consumed(stream, bytes.size());
  Call& call = *found->second;
  call.up->add(bytes);
  if (call.back != 0) call.backend->resume(call);
}

void Front::on_end(StreamId stream) {
  auto found = calls_.find(stream);
  if (found == calls_.end()) return;
  found->second->up->end();
  if (found->second->back != 0) found->second->backend->resume(*found->second);
}

void Front::on_stream_closed(StreamId stream, std::uint32_t) {
  auto gone = calls_.extract(stream);
  if (gone.empty()) return;
  Call& call = *gone.mapped();
  if (call.backend) call.backend->cancel(call);
  call.up->abandon();
  if (call.down) call.down->abandon();
}

/// Without a body it ends with its headers.
void Front::answer(Call& call, const Headers& headers) {
  call.is_answered = true;
  connection_->respond(call.front, headers, call.down);
}

void Front::end_badly(Call& call, GrpcStatus status, std::string_view message) {
  call.is_over = true;
  if (!calls_.contains(call.front)) return;
  Headers told = refusal_headers(status, message);
  if (call.is_answered) {
    call.down->end(std::move(told));
    return resume(call);
  }
  told.insert(told.begin(), {{":status", "200"}, {"content-type", "application/grpc"}});
  answer(call, told);
}

}  // namespace

std::shared_ptr<GrpcPassage> make_grpc_passage(tcp::socket stream, std::shared_ptr<const GrpcRoute> route) {
  auto front = std::make_shared<Front>(std::move(route));
  front->open(std::move(stream));
  return front;
}

std::shared_ptr<GrpcPassage> make_grpc_passage(TlsStream stream, std::shared_ptr<const GrpcRoute> route) {
  auto front = std::make_shared<Front>(std::move(route));
  front->open(std::move(stream));
  return front;
}

bool begins_http2(std::string_view bytes) { return bytes.starts_with("PRI "); }

std::string grpc_message(std::string_view text) {
  std::string encoded;
  for (char letter : text) {
    bool is_plain = letter >= ' ' && letter <= '~' && letter != '%';
    if (is_plain)
      encoded += letter;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return encoded;
}

}  // namespace weir::net
