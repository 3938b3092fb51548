#include "workspace/entrance.h"

#include <charconv>

#include <fmt/format.h>

#include "workspace/tls_files.h"

namespace weir::workspace {
namespace {

constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;
constexpr std::string_view port_setting = "port";
constexpr std::string_view https_port_setting = "https_port";

std::uint16_t parse_port(const std::string& text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? port : 0;
}

/// Listens at the port in `options`, or, when that is 0, at that of the last time or a free one; and remembers it.
Result<std::unique_ptr<net::HttpServer>> listen(Loop& loop, State& state, std::string_view setting,
                                                net::ServerOptions options,
                                                const net::HttpServer::Handler& handler) {
  bool is_free_to_choose = options.port == 0;
  if (is_free_to_choose) {
    auto last = state.setting(setting);
    if (!last) return std::unexpected(last.error());
    options.port = parse_port(last->value_or(""));
  }
  auto server = net::HttpServer::listen(loop, options, handler);
  if (!server && server.error().code == Code::conflict && is_free_to_choose && options.port != 0) {
    options.port = 0;
    server = net::HttpServer::listen(loop, options, handler);
  }
  if (!server) return server;
  if (auto kept = state.set(setting, std::to_string((*server)->port())); !kept)
    return std::unexpected(kept.error());
  return server;
}

std::string url(std::string_view scheme, const std::string& address, std::uint16_t port) {
  bool is_every = address == "0.0.0.0" || address == "::";
  std::string host = is_every ? "127.0.0.1" : address;
  return host.contains(':') ? fmt::format("{}://[{}]:{}", scheme, host, port)
                            : fmt::format("{}://{}:{}", scheme, host, port);
}

}  // namespace

Result<std::unique_ptr<Entrance>> Entrance::open(Loop& loop, State& state, const Home& home,
                                                 const EntranceOptions& options, Callers callers) {
  std::unique_ptr<Entrance> entrance(new Entrance);
  entrance->options_ = options;
  net::ServerOptions http{.address = options.address,
                          .port = options.port,
                          .body_bytes_max = body_bytes_max,
                          .grpc = std::move(callers.grpc),
                          .receive = std::move(callers.receive)};
  net::ServerOptions https = http;
  auto server = listen(loop, state, port_setting, std::move(http), callers.answer);
  if (!server) return std::unexpected(server.error());
  entrance->http_ = std::move(*server);
  entrance->doors_.port = entrance->http_->port();
  if (!options.https) return entrance;

  auto tls = prepare_tls(home, options.https_address);
  if (!tls) return std::unexpected(tls.error());
  https.address = options.https_address;
  https.port = options.https_port;
  https.tls = tls->context;
  server = listen(loop, state, https_port_setting, std::move(https), callers.answer);
  if (!server) return std::unexpected(server.error());
  entrance->https_ = std::move(*server);
  entrance->doors_.secure_port = entrance->https_->port();
  for (const auto& name : tls->names)
    entrance->doors_.names.push_back(name.contains(':') ? "[" + name + "]" : name);
  return entrance;
}

std::string Entrance::host() const { return url("http", options_.address, doors_.port); }

std::string Entrance::https_host() const {
  return https_ ? url("https", options_.https_address, doors_.secure_port) : "";
}

}  // namespace weir::workspace
