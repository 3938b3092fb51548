#include "workspace/workspace.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/http_server.h"
#include "workspace/clusters/clusters_api.h"
#include "workspace/clusters/commands_api.h"
#include "workspace/clusters/connect_route.h"
#include "workspace/clusters/libraries_api.h"
#include "workspace/files/dbfs_api.h"
#include "workspace/files/objects_api.h"
#include "workspace/home/home.h"
#include "workspace/identity/identity_api.h"
#include "workspace/identity/oauth_api.h"
#include "workspace/jobs/jobs_api.h"
#include "workspace/jobs/repairs_api.h"
#include "workspace/jobs/run_page.h"
#include "workspace/jobs/runs_api.h"
#include "workspace/secrets/secrets_api.h"
#include "workspace/sql/statements_api.h"
#include "workspace/sql/warehouses_api.h"

namespace weir::workspace {
namespace {

constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;
constexpr std::string_view port_setting = "port";

Result<void> check_address(std::string_view address) {
  if (address == "127.0.0.1" || address == "::1" || address == "localhost") return {};
  return fail(
      Code::invalid,
      fmt::format("the workspace does not listen on {}: whoever reached it could run code as you", address),
      "use 127.0.0.1, and a tunnel (such as ssh -L) to reach it from elsewhere");
}

unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

std::uint16_t parse_port(const std::string& text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? port : 0;
}

class Server final : public Workspace {
 public:
  Server(Loop& loop, WorkspaceOptions options, Home home, State state)
      : loop_(loop),
        options_(std::move(options)),
        home_(std::move(home)),
        state_(std::move(state)),
        dbfs_(home_.dbfs(), home_.staging()),
        files_(home_.files(), home_.staging()),
        objects_(files_),
        dbfs_api_(dbfs_),
        objects_api_(objects_) {}

  Result<void> start() {
    if (auto listening = listen(); !listening) return listening;
    if (auto known = identify(); !known) return known;
    if (auto made = make_standard_folders(); !made) return made;
    if (auto opened = open_secrets(); !opened) return opened;
    if (auto running = start_runner(); !running) return running;
    add_routes();
    ready_ = true;
    if (auto announced = home_.announce(announcement()); !announced) return announced;
    drivers_->recover();
    if (auto recovered = clusters_->recover(); !recovered) return recovered;
    if (auto made = warehouses_api_->make_starter(); !made) return made;
    if (auto recovered = statements_->recover(); !recovered) return recovered;
    return runner_->recover();
  }

  std::string host() const override { return identity_.host; }
  std::uint16_t port() const override { return server_->port(); }
  const std::string& token() const override { return home_.token(); }

 private:
  Result<void> listen() {
    std::uint16_t wanted = options_.port;
    if (wanted == 0) {
      auto last = state_.setting(port_setting);
      if (!last) return std::unexpected(last.error());
      wanted = parse_port(last->value_or(""));
    }
    auto server = listen_on(wanted);
    bool is_taken = !server && server.error().code == Code::conflict;
    if (is_taken && options_.port == 0 && wanted != 0) server = listen_on(0);
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
    guard_ = std::make_unique<Guard>(home_.token(), server_->port(), access_tokens());
    return state_.set(port_setting, std::to_string(server_->port()));
  }

  Result<std::unique_ptr<net::HttpServer>> listen_on(std::uint16_t port) {
    net::ServerOptions options{.address = options_.address, .port = port, .body_bytes_max = body_bytes_max};
    options.grpc = [this](const net::Headers& call, net::GrpcDecision decision) {
      if (ready_) return connect_route_->decide(call, std::move(decision));
      decision(std::unexpected(net::GrpcRefusal{.message = "The workspace is starting."}));
    };
    return net::HttpServer::listen(loop_, options,
                                   [this](const net::ServerRequest& request) { return answer(request); });
  }

  net::ServerResponse answer(const net::ServerRequest& request) {
    auto response = ready_ ? router_.answer(request, *guard_)
                           : to_response({503, "TEMPORARILY_UNAVAILABLE", "The workspace is starting."});
    response.headers.emplace_back("X-Databricks-Org-Id", identity_.org_id);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return response;
  }

  Result<void> identify() {
    auto org_id = state_.org_id();
    if (!org_id) return std::unexpected(org_id.error());
    std::string address = options_.address == "::1" ? "[::1]" : options_.address;
    identity_ = {.host = fmt::format("http://{}:{}", address, server_->port()),
                 .org_id = *org_id,
                 .user = system_user()};
    return {};
  }

  Result<void> make_standard_folders() {
    for (const std::string& path :
         {"/Users/" + identity_.user, std::string("/Shared"), std::string("/Repos")})
      if (!files_.make_directories(Objects::parse(path).value()))
        return fail(Code::internal, fmt::format("could not make {} in {}", path, files_.root().string()));
    return {};
  }

  Result<void> open_secrets() {
    auto box = SecretBox::open(home_.secrets_key());
    if (!box) return std::unexpected(box.error());
    secrets_ = std::make_unique<SecretStore>(state_, std::move(*box));
    return {};
  }

  Result<void> start_runner() {
    auto main =
        options_.driver.empty() ? home_.install_driver() : Result<std::filesystem::path>(options_.driver);
    if (!main) return std::unexpected(main.error());
    setting_ = {.python = options_.python,
                .main = *main,
                .home = home_.root(),
                .host = identity_.host,
                .org_id = identity_.org_id,
                .user = identity_.user,
                .cores = core_count()};
    drivers_ = std::make_unique<Drivers>(loop_, home_, setting_,
                                         Drivers::Options{.waiting_max = options_.warm_drivers,
                                                          .memory_kept_bytes = options_.warm_memory_kept});
    DriverWorld world{
        .setting = setting_, .dbfs = dbfs_, .objects = objects_, .secrets = *secrets_, .drivers = *drivers_};
    clusters_ = std::make_unique<Clusters>(
        loop_, state_, home_, world,
        Clusters::Options{.drivers_max = options_.clusters_max, .grace = options_.cancel_grace});
    connect_route_ = std::make_unique<ConnectRoute>(*clusters_, *guard_);
    statements_ = std::make_unique<Statements>(loop_, state_, home_, *clusters_);
    std::size_t most = options_.drivers_max != 0 ? options_.drivers_max : 2 * std::size_t{core_count()};
    runner_ =
        std::make_unique<Runner>(loop_, state_, home_, world, *clusters_,
                                 Runner::Options{.drivers_max = most, .cancel_grace = options_.cancel_grace});
    return {};
  }

  void add_routes() {
    RunView view{.host = identity_.host, .org_id = identity_.org_id, .user = identity_.user};
    jobs_api_ = std::make_unique<JobsApi>(state_, *runner_, identity_.user);
    repairs_api_ = std::make_unique<RepairsApi>(state_, *runner_, objects_, view);
    runs_api_ = std::make_unique<RunsApi>(state_, *runner_, std::move(view));
    jobs_api_->add_routes(router_);
    runs_api_->add_routes(router_);
    repairs_api_->add_routes(router_);
    dbfs_api_.add_routes(router_);
    objects_api_.add_routes(router_);
    add_identity_routes(router_, identity_);
    add_token_route(router_, home_.token(), access_tokens());
    secrets_api_ = std::make_unique<SecretsApi>(*secrets_, identity_.user);
    secrets_api_->add_routes(router_);
    ClusterView cluster_view{.user = identity_.user, .org_id = identity_.org_id, .cores = core_count()};
    clusters_api_ = std::make_unique<ClustersApi>(*clusters_, std::move(cluster_view));
    clusters_api_->add_routes(router_);
    libraries_api_ = std::make_unique<LibrariesApi>(*clusters_);
    libraries_api_->add_routes(router_);
    add_sql_routes();
    add_run_page(router_);
  }

  AccessTokens access_tokens() const { return AccessTokens(home_.token(), options_.access_token_lifetime); }

  void add_sql_routes() {
    ClusterView view{.user = identity_.user, .org_id = identity_.org_id, .cores = core_count()};
    warehouses_api_ = std::make_unique<WarehousesApi>(*clusters_, std::move(view));
    warehouses_api_->add_routes(router_);
    statements_api_ = std::make_unique<StatementsApi>(*statements_, *clusters_);
    statements_api_->add_routes(router_);
    commands_api_ = std::make_unique<CommandsApi>(*clusters_);
    commands_api_->add_routes(router_);
  }

  json announcement() const {
    return {{"pid", ::getpid()},          {"host", options_.address},
            {"port", server_->port()},    {"url", identity_.host},
            {"org_id", identity_.org_id}, {"started", to_millis(SystemClock{}.now())}};
  }

  Loop& loop_;
  WorkspaceOptions options_;
  Home home_;
  State state_;
  FileTree dbfs_;
  FileTree files_;
  Objects objects_;
  DbfsApi dbfs_api_;
  ObjectsApi objects_api_;
  Identity identity_;
  DriverSetting setting_;
  std::unique_ptr<SecretStore> secrets_;
  std::unique_ptr<Drivers> drivers_;
  std::unique_ptr<Clusters> clusters_;
  std::unique_ptr<ConnectRoute> connect_route_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<JobsApi> jobs_api_;
  std::unique_ptr<RunsApi> runs_api_;
  std::unique_ptr<RepairsApi> repairs_api_;
  std::unique_ptr<SecretsApi> secrets_api_;
  std::unique_ptr<ClustersApi> clusters_api_;
  std::unique_ptr<LibrariesApi> libraries_api_;
  std::unique_ptr<WarehousesApi> warehouses_api_;
  std::unique_ptr<StatementsApi> statements_api_;
  std::unique_ptr<CommandsApi> commands_api_;
  Router router_;
  std::unique_ptr<Guard> guard_;
  bool ready_ = false;
  std::unique_ptr<net::HttpServer> server_;  ///< last: its end is the first
};

}  // namespace

Result<std::unique_ptr<Workspace>> Workspace::open(Loop& loop, WorkspaceOptions options) {
  if (auto checked = check_address(options.address); !checked) return std::unexpected(checked.error());
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

}  // namespace weir::workspace
