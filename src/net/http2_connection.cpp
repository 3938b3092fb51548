#include "net/http2_connection.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <nghttp2/nghttp2.h>

namespace weir::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

constexpr std::uint32_t streams_max = 256;  ///< open at once
constexpr std::uint32_t stream_window_bytes =
    2 << 20;  ///< what one stream may have under way, or held by a listener
constexpr std::int32_t connection_window_bytes =
    16 << 20;  ///< under way: those who read slowly do not stop the others
constexpr std::uint32_t frame_bytes_max = 1 << 20;
constexpr std::size_t headers_bytes_max = 64 * 1024;  ///< of one block
constexpr std::size_t read_bytes = 128 * 1024;
constexpr std::size_t write_bytes = 256 * 1024;  ///< gathered for one write

nghttp2_nv as_nv(const std::pair<std::string, std::string>& header) {
  auto bytes = [](const std::string& text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(header.first), bytes(header.second), header.first.size(), header.second.size(),
          NGHTTP2_NV_FLAG_NONE};
}

std::vector<nghttp2_nv> as_nvs(const Headers& headers) {
  std::vector<nghttp2_nv> nvs;
  for (const auto& header : headers) nvs.push_back(as_nv(header));
  return nvs;
}

std::string_view as_text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

enum class End { server, client };

template <class Transport>
class Connection final : public Http2Connection, public std::enable_shared_from_this<Connection<Transport>> {
  struct Stream {
    Headers headers{};  ///< of the block that is arriving
    std::size_t headers_bytes = 0;
    std::shared_ptr<Http2Body> body{};  ///< that leaves
  };

 public:
  Connection(Transport transport, End end, std::weak_ptr<Http2Listener> listener, Http2Timing timing)
      : transport_(std::move(transport)),
        end_(end),
        timing_(timing),
        wake_(transport_.get_executor()),
        listener_(std::move(listener)) {
    start_session(end);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window_bytes},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, frame_bytes_max},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(headers_bytes_max)},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams_max},
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    };
    ::nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, end == End::server ? 4 : 5);
    ::nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window_bytes);
  }
  Connection(const Connection&) = delete;
  ~Connection() override { ::nghttp2_session_del(session_); }

  /// Of a client.
  void to(tcp::endpoint endpoint) { endpoint_ = endpoint; }

  asio::awaitable<void> run(std::string first) override {
    auto self = this->shared_from_this();
    error_code error;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    if (endpoint_) co_await socket().async_connect(*endpoint_, into_error);
    bool goes_on = !error;
    if (goes_on) socket().set_option(tcp::no_delay(true), error);
    if (goes_on) asio::co_spawn(transport_.get_executor(), write_all(), [self](std::exception_ptr) {});
    goes_on = goes_on && accept(first);
    std::vector<char> room(read_bytes);
    while (goes_on) {
      auto bytes = co_await transport_.async_read_some(asio::buffer(room), into_error);
      goes_on = !error && accept({room.data(), bytes});
    }
    close();
    if (auto listener = listener_.lock()) listener->on_connection_closed();
  }

  void close() override {
    error_code ignored;
    socket().close(ignored);
    wake_.cancel();
  }

  StreamId request(const Headers& headers, std::shared_ptr<Http2Body> body) override {
    auto nvs = as_nvs(headers);
    auto provider = provider_of(body);
    StreamId stream = ::nghttp2_submit_request(session_, nullptr, nvs.data(), nvs.size(),
                                               body ? &provider : nullptr, nullptr);
    if (stream <= 0) return 0;
    streams_[stream].body = std::move(body);
    wake_.cancel();
    return stream;
  }

  void respond(StreamId stream, const Headers& headers, std::shared_ptr<Http2Body> body) override {
    auto nvs = as_nvs(headers);
    auto provider = provider_of(body);
    streams_[stream].body = body;
    ::nghttp2_submit_response(session_, stream, nvs.data(), nvs.size(), body ? &provider : nullptr);
    wake_.cancel();
  }

  void resume(StreamId stream) override {
    ::nghttp2_session_resume_data(session_, stream);
    wake_.cancel();
  }

  void consumed(StreamId stream, std::size_t bytes) override {
    ::nghttp2_session_consume_stream(session_, stream, bytes);
    wake_.cancel();
  }

  void reset(StreamId stream, std::uint32_t error) override {
    ::nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error);
    wake_.cancel();
  }

 private:
  void start_session(End end) {
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_option* options = nullptr;
    ::nghttp2_session_callbacks_new(&calls);
    ::nghttp2_option_new(&options);
    ::nghttp2_option_set_no_auto_window_update(options, 1);
    ::nghttp2_session_callbacks_set_send_callback(calls, on_send);
    ::nghttp2_session_callbacks_set_send_data_callback(calls, on_send_data);
    ::nghttp2_session_callbacks_set_data_source_read_length_callback(calls, frame_length);
    ::nghttp2_session_callbacks_set_on_frame_send_callback(calls, on_sent);
    ::nghttp2_session_callbacks_set_on_begin_headers_callback(calls, on_begin_headers);
    ::nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
    ::nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
    ::nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_stream_close);
    if (end == End::server)
      ::nghttp2_session_server_new2(&session_, calls, this, options);
    else
      ::nghttp2_session_client_new2(&session_, calls, this, options);
    ::nghttp2_option_del(options);
    ::nghttp2_session_callbacks_del(calls);
  }

  tcp::socket& socket() { return socket_of(transport_); }

  bool accept(std::string_view bytes) {
    heard_ = Steady::now();
    asked_ = false;
    auto data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (!bytes.empty() && ::nghttp2_session_mem_recv(session_, data, bytes.size()) < 0) broken_ = true;
    wake_.cancel();
    return !broken_ && (::nghttp2_session_want_read(session_) || ::nghttp2_session_want_write(session_));
  }

  /// The one place that writes: all else wakes it.
  asio::awaitable<void> write_all() {
    error_code error;
    auto into_error = asio::redirect_error(asio::use_awaitable, error);
    while (socket().is_open()) {
      out_.clear();
      if (::nghttp2_session_send(session_) != 0) break;
      if (!out_.empty()) {
        co_await asio::async_write(transport_, asio::buffer(out_), into_error);
        if (error) break;
        continue;
      }
      if (!::nghttp2_session_want_read(session_)) break;
      wake_.expires_after(timing_.look_interval);
      co_await wake_.async_wait(into_error);
      if (!error && !is_worth_keeping()) break;
    }
    close();
  }

  /// Asks a client that has been silent for long whether it is still there. A server is not asked: it is on this machine,
  /// where the kernel tells of its death, and servers of gRPC cut off, with all its calls, a client that asks too often.
  bool is_worth_keeping() {
    auto silent = Steady::now() - heard_;
    if (!streams_.empty()) used_ = Steady::now();
    if (Steady::now() - used_ > timing_.idle_time_max) {
      ::nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
      return true;  // until that is written
    }
    if (end_ == End::client) return true;
    if (asked_) return silent < timing_.silence_max;
    asked_ = silent >= timing_.look_interval;
    if (asked_) ::nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
    return true;
  }

  static nghttp2_data_provider provider_of(const std::shared_ptr<Http2Body>& body) {
    return {.source = {.ptr = body.get()}, .read_callback = read_body};
  }

  static Connection& self_of(void* user) { return *static_cast<Connection*>(user); }

  static ssize_t on_send(nghttp2_session*, const std::uint8_t* data, std::size_t size, int, void* user) {
    auto& self = self_of(user);
    if (self.out_.size() >= write_bytes) return NGHTTP2_ERR_WOULDBLOCK;
    self.out_ += as_text(data, size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t frame_length(nghttp2_session*, std::uint8_t, std::int32_t, std::int32_t connection_window,
                              std::int32_t stream_window, std::uint32_t remote_frame_bytes_max, void*) {
    return std::min<ssize_t>({connection_window, stream_window, remote_frame_bytes_max, frame_bytes_max});
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t stream, std::uint8_t*, std::size_t length,
                           std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& body = *static_cast<Http2Body*>(source->ptr);
    std::size_t count = std::min(length, body.rest().size());
    bool is_last = body.has_ended() && count == body.rest().size();
    if (count == 0 && !is_last) return NGHTTP2_ERR_DEFERRED;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (is_last && !body.trailers().empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      auto nvs = as_nvs(body.trailers());
      ::nghttp2_submit_trailer(session, stream, nvs.data(), nvs.size());
    }
    return static_cast<ssize_t>(count);
  }

  static int on_send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t* frame_header,
                          std::size_t length, nghttp2_data_source* source, void* user) {
    auto& self = self_of(user);
    if (self.out_.size() >= write_bytes) return NGHTTP2_ERR_WOULDBLOCK;
    constexpr std::size_t frame_header_bytes = 9;
    auto& body = *static_cast<Http2Body*>(source->ptr);
    // It was abandoned since the frame was made up, and its stream reset. That goes out in place of the frame.
    if (body.rest().size() < length) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    self.out_ += as_text(frame_header, frame_header_bytes);
    self.out_ += body.rest().substr(0, length);
    body.take(length);
    return 0;
  }

  /// Nobody waits for the rest of a call that is answered, and its client may never say it.
  static int on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    bool has_content = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    bool is_last = has_content && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!is_last || self_of(user).end_ == End::client) return 0;
    StreamId stream = frame->hd.stream_id;
    if (::nghttp2_session_get_stream_remote_close(session, stream) == 0)
      ::nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
    return 0;
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = self_of(user);
    auto& stream = self.streams_[frame->hd.stream_id];
    self.used_ = Steady::now();
    stream.headers.clear();
    stream.headers_bytes = 0;
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    auto& stream = self_of(user).streams_[frame->hd.stream_id];
    stream.headers_bytes += name_size + value_size;
    if (stream.headers_bytes > headers_bytes_max) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    stream.headers.emplace_back(as_text(name, name_size), as_text(value, value_size));
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = self_of(user);
    auto listener = self.listener_.lock();
    bool has_content = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!listener || !has_content) return 0;
    StreamId stream = frame->hd.stream_id;
    bool is_last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    Headers headers = std::exchange(self.streams_[stream].headers, {});
    bool is_interim =
        !headers.empty() && headers.front().first == ":status" && headers.front().second[0] == '1';
    if (frame->hd.type == NGHTTP2_HEADERS && !is_interim)
      listener->on_headers(stream, std::move(headers), is_last);
    if (is_last) listener->on_end(stream);
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                     std::size_t size, void* user) {
    ::nghttp2_session_consume_connection(session, size);
    if (auto listener = self_of(user).listener_.lock()) listener->on_data(stream, as_text(data, size));
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* user) {
    auto& self = self_of(user);
    auto closed = self.streams_.extract(stream);  // the body lives until the listener has heard of it
    if (auto listener = self.listener_.lock()) listener->on_stream_closed(stream, error);
    return 0;
  }

  Transport transport_;
  End end_;
  Http2Timing timing_;
  std::optional<tcp::endpoint> endpoint_{};
  asio::steady_timer wake_;
  Steady::time_point heard_ = Steady::now();  ///< anything at all
  Steady::time_point used_ = Steady::now();   ///< for a call
  bool asked_ = false;                        ///< since it was heard
  std::weak_ptr<Http2Listener> listener_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<StreamId, Stream> streams_;
  std::string out_;
  bool broken_ = false;
};

}  // namespace

std::shared_ptr<Http2Connection> make_http2_server(tcp::socket stream, std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing) {
  return std::make_shared<Connection<tcp::socket>>(std::move(stream), End::server, std::move(listener),
                                                   timing);
}

std::shared_ptr<Http2Connection> make_http2_server(TlsStream stream, std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing) {
  return std::make_shared<Connection<TlsStream>>(std::move(stream), End::server, std::move(listener), timing);
}

std::shared_ptr<Http2Connection> make_http2_client(tcp::socket socket, tcp::endpoint endpoint,
                                                   std::weak_ptr<Http2Listener> listener,
                                                   Http2Timing timing) {
  auto client =
      std::make_shared<Connection<tcp::socket>>(std::move(socket), End::client, std::move(listener), timing);
  client->to(endpoint);
  return client;
}

}  // namespace weir::net
