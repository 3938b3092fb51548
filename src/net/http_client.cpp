#include "net/http_client.h"

#include <algorithm>
#include <csignal>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "base/duration.h"
#include "net/curl_transfer.h"

namespace weir::net {
namespace {

using Time = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr milliseconds idle_poll_max{60'000};
constexpr milliseconds timeout_max{24 * 3600 * 1000};

void check(CURLMcode code) {
  WEIR_CHECK(code == CURLM_OK, "libcurl's multi interface has memory and descriptors");
}

/// Signals are for the main thread, and a broken pipe is an error code here.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// What is missing now will not come: libcurl without its libraries' own beginnings can do nothing.
void begin_curl() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  WEIR_CHECK(begun == CURLE_OK, "libcurl can be initialized");
}

Error interrupted(std::string_view host) {
  return {Code::interrupted, fmt::format("{}: the request was given up because weir is stopping", host)};
}

}  // namespace

/// The thread and its libcurl handle. Requests wait in order of their deadlines until a connection is free.
class HttpClient::Multi {
 public:
  explicit Multi(std::size_t connections)
      : connections_max_(connections), authorities_(Authorities::of_environment()) {
    begin_curl();
    multi_.reset(curl_multi_init());
    WEIR_CHECK(multi_, "there is memory for the HTTP client");
    check(
        curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections_max_)));
    check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(connections_max_)));
    thread_ = std::thread([this] { run(); });
  }

  /// Ends every request and the thread.
  void stop() {
    WEIR_CHECK(!on_thread(), "a client is not destroyed by its own callback");
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void send(HttpRequest request, Done done) {
    {
      std::lock_guard lock(mutex_);
      Time deadline = std::chrono::steady_clock::now() + std::min(request.timeout, timeout_max);
      inbox_.emplace_back(deadline, Waiting{std::move(request), std::move(done)});
    }
    curl_multi_wakeup(multi_.get());
  }

  bool on_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  struct Waiting {
    HttpRequest request;
    Done done;
  };
  struct Active {
    std::unique_ptr<CurlTransfer> transfer;
    Done done;
  };

  void run() {
    block_signals();
    while (take_inbox()) {
      start_waiting();
      int still_running = 0;
      check(curl_multi_perform(multi_.get(), &still_running));
      finish_done();
      check(curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(until_next_start().count()), nullptr));
    }
    interrupt_all();
  }

  /// False when the client is being destroyed.
  bool take_inbox() {
    std::vector<std::pair<Time, Waiting>> taken;
    std::lock_guard lock(mutex_);
    taken.swap(inbox_);
    for (auto& [deadline, waiting] : taken) waiting_.emplace(deadline, std::move(waiting));
    return !stopping_;
  }

  void start_waiting() {
    while (!waiting_.empty()) {
      auto left = std::chrono::ceil<milliseconds>(waiting_.begin()->first - std::chrono::steady_clock::now());
      bool late = left.count() <= 0;
      if (!late && active_.size() >= connections_max_) return;
      auto next = std::move(waiting_.extract(waiting_.begin()).mapped());
      if (late) {
        next.done(std::unexpected(waited_too_long(next.request)));
      } else {
        start(std::move(next), left);
      }
    }
  }

  Error waited_too_long(const HttpRequest& request) const {
    auto endpoint = endpoint_of(request.url);
    if (!endpoint) return endpoint.error();
    return {Code::timeout,
            fmt::format("{}: no connection was free within {}", endpoint->name, to_text(request.timeout)),
            fmt::format("weir keeps at most {} at once", connections_max_)};
  }

  void start(Waiting next, milliseconds left) {
    auto transfer = CurlTransfer::make(std::move(next.request), authorities_, left);
    if (!transfer) return next.done(std::unexpected(transfer.error()));
    CURL* handle = (*transfer)->handle();
    check(curl_multi_add_handle(multi_.get(), handle));
    active_.emplace(handle, Active{std::move(*transfer), std::move(next.done)});
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      CURLcode code = message->data.result;
      auto active = take_active(message->easy_handle);
      active.done(active.transfer->finish(code));
    }
  }

  Active take_active(CURL* handle) {
    check(curl_multi_remove_handle(multi_.get(), handle));
    return std::move(active_.extract(handle).mapped());
  }

  milliseconds until_next_start() const {
    if (waiting_.empty()) return idle_poll_max;
    if (active_.size() < connections_max_) return milliseconds{0};
    auto left = std::chrono::ceil<milliseconds>(waiting_.begin()->first - std::chrono::steady_clock::now());
    return std::clamp(left, milliseconds{0}, idle_poll_max);
  }

  /// A callback may send again while it is told; that request is interrupted too.
  void interrupt_all() {
    do {
      while (!active_.empty()) {
        auto active = take_active(active_.begin()->first);
        active.done(std::unexpected(interrupted(active.transfer->endpoint().name)));
      }
      while (!waiting_.empty()) {
        auto next = std::move(waiting_.extract(waiting_.begin()).mapped());
        auto endpoint = endpoint_of(next.request.url);
        next.done(std::unexpected(endpoint ? interrupted(endpoint->name) : endpoint.error()));
      }
      take_inbox();
    } while (!waiting_.empty());
  }

  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_{nullptr, curl_multi_cleanup};
  const std::size_t connections_max_;
  const Authorities authorities_;
  std::multimap<Time, Waiting> waiting_;
  std::unordered_map<CURL*, Active> active_;

  std::mutex mutex_;
  std::vector<std::pair<Time, Waiting>> inbox_;
  bool stopping_ = false;
  std::thread thread_;
};

HttpClient::HttpClient(std::size_t connections) { multi_ = std::make_unique<Multi>(connections); }

HttpClient::~HttpClient() { multi_->stop(); }  // first of all: callbacks may still use the client

void HttpClient::send(HttpRequest request, Done done) { multi_->send(std::move(request), std::move(done)); }

Result<HttpResponse> HttpClient::send_and_wait(HttpRequest request) {
  WEIR_CHECK(!multi_->on_thread(), "a callback of the client does not wait for the client");
  std::promise<Result<HttpResponse>> promise;
  send(std::move(request), [&](Result<HttpResponse> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

}  // namespace weir::net
