#include "workspace/workspace.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "workspace/addresses.h"
#include "workspace/clusters/connect_route.h"
#include "workspace/entrance.h"
#include "workspace/rest/endpoint_table.h"
#include "workspace/services.h"
#include "workspace/surface.h"
#include "workspace/tls_files.h"

namespace weir::workspace {
namespace {

/// The services behind their doors.
class Server final : public Workspace {
 public:
  Server(Loop& loop, WorkspaceOptions options, Home home, State state)
      : services_(loop, std::move(options), std::move(home), std::move(state)) {}

  Result<void> start() {
    if (auto listening = listen(); !listening) return listening;
    if (auto prepared = prepare(); !prepared) return prepared;
    connect_route_ = std::make_unique<ConnectRoute>(*services_.clusters, *guard_);
    is_ready_ = true;
    if (auto announced = services_.home.announce(announcement()); !announced) return announced;
    if (auto furnished = surface_->furnish(); !furnished) return furnished;
    return services_.recover();
  }

  /// Everything but listening and taking up what runs.
  Result<void> prepare() {
    if (auto prepared = services_.prepare(entrance_ ? entrance_->host() : ""); !prepared) return prepared;
    surface_ = std::make_unique<Surface>(services_, entrance_ ? entrance_->doors() : Doors{});
    return {};
  }

  const Router& router() const { return surface_->router(); }

  std::string host() const override { return services_.identity.host; }
  std::string https_host() const override { return entrance_->https_host(); }
  std::uint16_t port() const override { return entrance_->doors().port; }
  const std::string& token() const override { return services_.home.token(); }

 private:
  Result<void> listen() {
    const auto& wanted = services_.options;
    EntranceOptions options{.address = wanted.address,
                            .port = wanted.port,
                            .https = wanted.https,
                            .https_address = wanted.https_address,
                            .https_port = wanted.https_port};
    Entrance::Callers callers{
        .answer = [this](const net::ServerRequest& request) { return answer(request); },
        .receive = [this](const net::ServerRequest& head) { return receive(head); },
        .grpc = [this](const net::Headers& call,
                       net::GrpcDecision decision) { route(call, std::move(decision)); }};
    auto entrance =
        Entrance::open(services_.loop, services_.state, services_.home, options, std::move(callers));
    if (!entrance) return std::unexpected(entrance.error());
    entrance_ = std::move(*entrance);
    guard_ = std::make_unique<Guard>(
        token(), entrance_->doors(), services_.access_tokens(),
        [this](std::string_view presented) { return services_.tokens->accepts(presented); });
    return {};
  }

  net::Reception receive(const net::ServerRequest& head) {
    if (!is_ready_) return {};
    return router().receive(head, *guard_, [this] { return services_.files.new_staged_file(); });
  }

  void route(const net::Headers& call, net::GrpcDecision decision) {
    if (is_ready_) return connect_route_->decide(call, std::move(decision));
    decision(std::unexpected(net::GrpcRefusal{.message = "The workspace is starting."}));
  }

  net::ServerResponse answer(const net::ServerRequest& request) {
    auto response = is_ready_ ? router().answer(request, *guard_)
                              : to_response({503, "TEMPORARILY_UNAVAILABLE", "The workspace is starting."});
    response.headers.emplace_back("X-Databricks-Org-Id", services_.identity.org_id);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return response;
  }

  json announcement() const {
    JsonObject server{{"pid", ::getpid()},
                      {"host", services_.options.address},
                      {"port", port()},
                      {"url", host()},
                      {"org_id", services_.identity.org_id},
                      {"started", to_millis(services_.clock.now())}};
    if (services_.options.https) {
      server["https_url"] = https_host();
      server["certificate"] = services_.home.certificate().string();
    }
    return server;
  }

  Services services_;
  std::unique_ptr<Surface> surface_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<ConnectRoute> connect_route_;
  bool is_ready_ = false;
  std::unique_ptr<Entrance> entrance_;  ///< last: its end is the first
};

/// A workspace in an empty folder that is gone with it, which listens nowhere.
struct SilentWorkspace {
  Scratch folder{};
  std::unique_ptr<Loop> loop = make_loop();
  std::unique_ptr<Server> server{};

  Result<void> prepare() {
    auto home = Home::open(folder.path() / "home");
    if (!home) return std::unexpected(home.error());
    auto state = State::open(home->database());
    if (!state) return std::unexpected(state.error());
    server = std::make_unique<Server>(*loop, WorkspaceOptions{}, std::move(*home), std::move(*state));
    return server->prepare();
  }
};

}  // namespace

Result<std::unique_ptr<Workspace>> Workspace::open(Loop& loop, WorkspaceOptions options) {
  if (auto checked = check_addresses(options); !checked) return std::unexpected(checked.error());
  ::umask(077);
  std::error_code error;
  options.home = std::filesystem::absolute(options.home, error);
  auto home = Home::open(options.home);
  if (!home) return std::unexpected(home.error());
  auto state = State::open(home->database());
  if (!state) return std::unexpected(state.error());
  auto server = std::make_unique<Server>(loop, std::move(options), std::move(*home), std::move(*state));
  if (auto started = server->start(); !started) return std::unexpected(started.error());
  return server;
}

Result<std::string> Workspace::endpoints_as_markdown() {
  SilentWorkspace workspace;
  if (auto prepared = workspace.prepare(); !prepared) return std::unexpected(prepared.error());
  return to_markdown(endpoints_of(workspace.server->router()));
}

Result<json> Workspace::endpoints_as_json() {
  SilentWorkspace workspace;
  if (auto prepared = workspace.prepare(); !prepared) return std::unexpected(prepared.error());
  return to_json(endpoints_of(workspace.server->router()));
}

}  // namespace weir::workspace
