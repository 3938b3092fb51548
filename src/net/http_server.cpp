#include "net/http_server.h"

#include <algorithm>
#include <unordered_set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "loop/asio_loop.h"
#include "net/http_session.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto result_and_error = asio::as_tuple(asio::use_awaitable);

/// How long accepting rests after an error, for lack of descriptors or memory as a rule.
constexpr std::chrono::milliseconds accept_pause{100};

std::string to_text(const tcp::endpoint& endpoint) {
  auto address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

std::unexpected<Error> cannot_listen(const tcp::endpoint& endpoint, error_code error) {
  auto where = to_text(endpoint);
  if (error == asio::error::address_in_use) {
    return fail(Code::conflict, fmt::format("{} is taken by another program", where),
                "stop that program, choose another port, or 0 for any free one");
  }
  if (error == asio::error::access_denied) {
    return fail(Code::invalid, fmt::format("listening on {} is not allowed", where),
                "choose a port above 1023");
  }
  return fail(Code::invalid, fmt::format("cannot listen on {}: {}", where, error.message()),
              "use an address of this machine, for example 127.0.0.1 or 0.0.0.0");
}

/// Lets connections in and knows every one that is open. The coroutines keep it alive; the server closes it.
class Door : public std::enable_shared_from_this<Door> {
 public:
  Door(asio::io_context& context, ServerOptions options, HttpServer::Handler handler)
      : acceptor_(context), pause_(context), site_(std::make_shared<HttpSite>()) {
    site_->options = std::move(options);
    site_->handler = std::make_shared<const HttpServer::Handler>(std::move(handler));
  }

  Result<void> open(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);  // a restart need not wait
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(endpoint, error);
    asio::co_spawn(acceptor_.get_executor(), accept_all(),
                   [door = shared_from_this()](std::exception_ptr) {});
    return {};
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& session : sessions_) session->close();
    site_->handler.reset();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept_all() {
    while (acceptor_.is_open()) {
      if (site_->full()) {
        co_await rest(std::chrono::hours(1));  // until somebody leaves
        continue;
      }
      auto [error, socket] = co_await acceptor_.async_accept(result_and_error);
      if (!error) {
        admit(std::move(socket));
      } else if (acceptor_.is_open() && error != asio::error::connection_aborted) {
        co_await rest(accept_pause);
      }
    }
  }

  asio::awaitable<void> rest(std::chrono::milliseconds at_most) {
    pause_.expires_after(at_most);
    co_await pause_.async_wait(result_and_error);
  }

  void admit(tcp::socket socket) {
    auto session = make_http_session(std::move(socket), site_);
    sessions_.insert(session);
    site_->connections = sessions_.size();
    asio::co_spawn(acceptor_.get_executor(), session->run(),
                   [door = shared_from_this(), session](std::exception_ptr) { door->leave(session); });
  }

  void leave(const std::shared_ptr<HttpSession>& session) {
    session->close();
    sessions_.erase(session);
    site_->connections = sessions_.size();
    pause_.cancel();
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::shared_ptr<HttpSite> site_;
  std::unordered_set<std::shared_ptr<HttpSession>> sessions_;
};

class DoorServer final : public HttpServer {
 public:
  explicit DoorServer(std::shared_ptr<Door> door) : door_(std::move(door)), port_(door_->port()) {}
  ~DoorServer() override { door_->close(); }
  std::uint16_t port() const override { return port_; }

 private:
  std::shared_ptr<Door> door_;
  std::uint16_t port_;
};

}  // namespace

std::optional<std::string> ServerRequest::query_value(std::string_view name) const {
  auto found =
      std::ranges::find(query, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop, ServerOptions options, Handler handler) {
  error_code error;
  auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return fail(Code::invalid, fmt::format("'{}' is no IP address", options.address),
                "use for example 127.0.0.1, 0.0.0.0 or ::1");
  }
  tcp::endpoint endpoint(address, options.port);
  auto door = std::make_shared<Door>(io_context_of(loop), std::move(options), std::move(handler));
  if (auto opened = door->open(endpoint); !opened) return std::unexpected(opened.error());
  return std::make_unique<DoorServer>(std::move(door));
}

}  // namespace weir::net
