#include "workspace/workspace.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "workspace/addresses.h"
#include "workspace/clusters/clusters_api.h"
#include "workspace/clusters/commands_api.h"
#include "workspace/clusters/connect_route.h"
#include "workspace/clusters/libraries_api.h"
#include "workspace/entrance.h"
#include "workspace/files/dbfs_api.h"
#include "workspace/files/files_api.h"
#include "workspace/files/objects_api.h"
#include "workspace/files/volumes_api.h"
#include "workspace/home/home.h"
#include "workspace/identity/identity_api.h"
#include "workspace/identity/oauth_api.h"
#include "workspace/identity/scim_api.h"
#include "workspace/identity/tokens_api.h"
#include "workspace/jobs/api/jobs_api.h"
#include "workspace/jobs/api/repairs_api.h"
#include "workspace/jobs/api/run_page.h"
#include "workspace/jobs/api/runs_api.h"
#include "workspace/jobs/runner/notifier.h"
#include "workspace/kept/global_scripts_api.h"
#include "workspace/kept/policies_api.h"
#include "workspace/kept/pools_api.h"
#include "workspace/kept/repos_api.h"
#include "workspace/notifications/destinations_api.h"
#include "workspace/permissions/permissions_api.h"
#include "workspace/rest/endpoint_table.h"
#include "workspace/rest/fields.h"
#include "workspace/secrets/secrets_api.h"
#include "workspace/spark/machine_memory.h"
#include "workspace/sql/queries_api.h"
#include "workspace/sql/statements_api.h"
#include "workspace/sql/warehouses_api.h"
#include "workspace/status_api.h"
#include "workspace/tls_files.h"

namespace weir::workspace {
namespace {

unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

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
        object_ids_(state_),
        dbfs_api_(dbfs_),
        objects_api_(objects_, object_ids_) {}

  Result<void> start() {
    if (auto listening = listen(); !listening) return listening;
    if (auto prepared = prepare(); !prepared) return prepared;
    connect_route_ = std::make_unique<ConnectRoute>(*clusters_, *guard_);
    ready_ = true;
    if (auto announced = home_.announce(announcement()); !announced) return announced;
    drivers_->recover();
    if (auto recovered = clusters_->recover(); !recovered) return recovered;
    if (auto made = warehouses_api_->make_starter(); !made) return made;
    if (auto recovered = statements_->recover(); !recovered) return recovered;
    if (auto recovered = runner_->recover(); !recovered) return recovered;
    notifier_->wake();
    return scheduler_->recover();
  }

  /// Everything but listening and taking up what runs.
  Result<void> prepare() {
    if (auto known = identify(); !known) return known;
    if (auto made = make_standard_folders(); !made) return made;
    if (auto opened = open_secrets(); !opened) return opened;
    if (auto running = start_runner(); !running) return running;
    add_routes();
    return {};
  }

  const Router& router() const { return router_; }

  std::string host() const override { return identity_.host; }
  std::string https_host() const override { return entrance_->https_host(); }
  std::uint16_t port() const override { return entrance_->doors().port; }
  const std::string& token() const override { return home_.token(); }

 private:
  Result<void> listen() {
    EntranceOptions options{.address = options_.address,
                            .port = options_.port,
                            .https = options_.https,
                            .https_address = options_.https_address,
                            .https_port = options_.https_port};
    Entrance::Callers callers{
        .answer = [this](const net::ServerRequest& request) { return answer(request); },
        .receive = [this](const net::ServerRequest& head) { return receive(head); },
        .grpc = [this](const net::Headers& call,
                       net::GrpcDecision decision) { route(call, std::move(decision)); }};
    auto entrance = Entrance::open(loop_, state_, home_, options, std::move(callers));
    if (!entrance) return std::unexpected(entrance.error());
    entrance_ = std::move(*entrance);
    guard_ = std::make_unique<Guard>(home_.token(), entrance_->doors(), access_tokens(),
                                     [this](std::string_view token) { return tokens_->accepts(token); });
    return {};
  }

  net::Reception receive(const net::ServerRequest& head) {
    if (!ready_) return {};
    return router_.receive(head, *guard_, [this] { return files_.new_staged_file(); });
  }

  void route(const net::Headers& call, net::GrpcDecision decision) {
    if (ready_) return connect_route_->decide(call, std::move(decision));
    decision(std::unexpected(net::GrpcRefusal{.message = "The workspace is starting."}));
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
    identity_ = {.host = entrance_ ? entrance_->host() : "", .org_id = *org_id, .user = system_user()};
    auto tokens = TokenStore::open(state_);
    if (!tokens) return std::unexpected(tokens.error());
    tokens_ = std::make_unique<TokenStore>(std::move(*tokens));
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
    setting_ = {.interpreters = Interpreters(options_.interpreters),
                .main = *main,
                .home = home_.root(),
                .host = identity_.host,
                .org_id = identity_.org_id,
                .user = identity_.user,
                .cores = core_count(),
                .output_bytes_max = options_.output_bytes_max,
                .memory_bytes_max = options_.memory_bytes_max != 0
                                        ? options_.memory_bytes_max
                                        : static_cast<std::int64_t>(total_memory_bytes()) / 10 * 9};
    drivers_ = std::make_unique<Drivers>(loop_, home_, setting_,
                                         Drivers::Options{.waiting_max = options_.warm_drivers,
                                                          .memory_kept_bytes = options_.warm_memory_kept});
    DriverWorld world{
        .setting = setting_, .dbfs = dbfs_, .objects = objects_, .secrets = *secrets_, .drivers = *drivers_};
    clusters_ = std::make_unique<Clusters>(
        loop_, state_, home_, world,
        Clusters::Options{.drivers_max = options_.clusters_max, .grace = options_.cancel_grace});
    statements_ = std::make_unique<Statements>(loop_, state_, home_, *clusters_);
    std::size_t most = options_.drivers_max != 0 ? options_.drivers_max : 2 * std::size_t{core_count()};
    notices_ = std::make_unique<Notices>(state_, identity_.org_id);
    notifier_ = std::make_unique<Notifier>(loop_, *notices_, destinations());
    runner_ = std::make_unique<Runner>(loop_, state_, home_, world, *clusters_,
                                       Runner::Options{.drivers_max = most,
                                                       .job_clusters_max = most,
                                                       .cancel_grace = options_.cancel_grace,
                                                       .has_notices = [this] { notifier_->wake(); }});
    scheduler_ = std::make_unique<Scheduler>(loop_, state_, clock_, [this](const Job& job) {
      if (auto started = runner_->start_by_schedule(job); !started)
        fmt::print(stderr, "workspace: job {} was not started: {}\n", job.job_id, to_text(started.error()));
    });
    return {};
  }

  DestinationStore destinations() { return {state_, *secrets_}; }

  void add_routes() {
    RunView view{.host = identity_.host, .org_id = identity_.org_id, .user = identity_.user};
    jobs_api_ = std::make_unique<JobsApi>(state_, *runner_, *scheduler_, destinations(), identity_.user);
    repairs_api_ = std::make_unique<RepairsApi>(state_, *runner_, objects_, view);
    runs_api_ = std::make_unique<RunsApi>(state_, *runner_, destinations(), std::move(view));
    jobs_api_->add_routes(router_);
    runs_api_->add_routes(router_);
    repairs_api_->add_routes(router_);
    dbfs_api_.add_routes(router_);
    objects_api_.add_routes(router_);
    add_identity_routes(router_, identity_.org_id);
    add_token_route(router_, home_.token(), access_tokens());
    secrets_api_ = std::make_unique<SecretsApi>(*secrets_, identity_.user);
    secrets_api_->add_routes(router_);
    clusters_api_ =
        std::make_unique<ClustersApi>(*clusters_, cluster_view(), setting_.interpreters.runtimes());
    clusters_api_->add_routes(router_);
    libraries_api_ = std::make_unique<LibrariesApi>(*clusters_);
    libraries_api_->add_routes(router_);
    add_sql_routes();
    destinations_api_ = std::make_unique<DestinationsApi>(state_, *secrets_);
    destinations_api_->add_routes(router_);
    permissions_api_ = std::make_unique<PermissionsApi>(
        state_, identity_.user,
        [this](const PermissionKind& kind, const std::string& id) { return check_exists(kind, id); });
    permissions_api_->add_routes(router_);
    add_surfaces();
    add_run_page(router_);
    status_api_ =
        std::make_unique<StatusApi>(state_, *clusters_, *drivers_, setting_.interpreters, cluster_view());
    status_api_->add_routes(router_);
  }

  ClusterView cluster_view() const {
    return {.user = identity_.user,
            .org_id = identity_.org_id,
            .cores = core_count(),
            .doors = entrance_ ? entrance_->doors() : Doors{}};
  }

  /// Of the kinds that are known here. What does not exist has no permissions.
  Answer<void> check_exists(const PermissionKind& kind, const std::string& id) {
    auto missing = [&](std::string_view what) {
      return does_not_exist(fmt::format("{} {} does not exist.", what, id));
    };
    if (kind.path == "jobs") {
      auto job = JobStore(state_).find(coerce_integer(json(id)).value_or(0));
      if (!job) return internal_error(job.error());
      if (!*job) return missing("Job");
    }
    if (kind.path == "clusters") {
      auto cluster = clusters_->store().find(id);
      if (!cluster) return internal_error(cluster.error());
      if (!*cluster) return missing("Cluster");
    }
    return {};
  }

  void add_surfaces() {
    files_api_ = std::make_unique<FilesApi>(loop_, dbfs_, access_tokens());
    files_api_->add_routes(router_);
    volumes_api_ = std::make_unique<VolumesApi>(dbfs_, identity_.user);
    volumes_api_->add_routes(router_);
    add_scim_routes(router_, identity_);
    tokens_api_ = std::make_unique<TokensApi>(*tokens_, identity_);
    tokens_api_->add_routes(router_);
    pools_api_ = std::make_unique<PoolsApi>(state_);
    pools_api_->add_routes(router_);
    policies_api_ = std::make_unique<PoliciesApi>(state_, identity_.user);
    policies_api_->add_routes(router_);
    global_scripts_api_ = std::make_unique<GlobalScriptsApi>(state_, identity_.user);
    global_scripts_api_->add_routes(router_);
    repos_api_ = std::make_unique<ReposApi>(state_, objects_, identity_.user);
    repos_api_->add_routes(router_);
  }

  AccessTokens access_tokens() const { return AccessTokens(home_.token(), options_.access_token_lifetime); }

  void add_sql_routes() {
    warehouses_api_ = std::make_unique<WarehousesApi>(*clusters_, cluster_view());
    warehouses_api_->add_routes(router_);
    statements_api_ = std::make_unique<StatementsApi>(*statements_, *clusters_);
    statements_api_->add_routes(router_);
    queries_api_ = std::make_unique<QueriesApi>(state_, identity_.user);
    queries_api_->add_routes(router_);
    commands_api_ = std::make_unique<CommandsApi>(*clusters_);
    commands_api_->add_routes(router_);
  }

  json announcement() const {
    JsonObject server{
        {"pid", ::getpid()},     {"host", options_.address},   {"port", port()},
        {"url", identity_.host}, {"org_id", identity_.org_id}, {"started", to_millis(SystemClock{}.now())}};
    if (options_.https) {
      server["https_url"] = https_host();
      server["certificate"] = home_.certificate().string();
    }
    return server;
  }

  Loop& loop_;
  WorkspaceOptions options_;
  Home home_;
  State state_;
  FileTree dbfs_;
  FileTree files_;
  Objects objects_;
  ObjectIds object_ids_;
  DbfsApi dbfs_api_;
  ObjectsApi objects_api_;
  Identity identity_;
  DriverSetting setting_;
  std::unique_ptr<TokenStore> tokens_;
  std::unique_ptr<SecretStore> secrets_;
  std::unique_ptr<Drivers> drivers_;
  std::unique_ptr<Clusters> clusters_;
  std::unique_ptr<ConnectRoute> connect_route_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<Notices> notices_;
  std::unique_ptr<Notifier> notifier_;
  std::unique_ptr<Runner> runner_;
  SystemClock clock_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<JobsApi> jobs_api_;
  std::unique_ptr<RunsApi> runs_api_;
  std::unique_ptr<RepairsApi> repairs_api_;
  std::unique_ptr<SecretsApi> secrets_api_;
  std::unique_ptr<ClustersApi> clusters_api_;
  std::unique_ptr<LibrariesApi> libraries_api_;
  std::unique_ptr<WarehousesApi> warehouses_api_;
  std::unique_ptr<StatementsApi> statements_api_;
  std::unique_ptr<CommandsApi> commands_api_;
  std::unique_ptr<DestinationsApi> destinations_api_;
  std::unique_ptr<PermissionsApi> permissions_api_;
  std::unique_ptr<FilesApi> files_api_;
  std::unique_ptr<VolumesApi> volumes_api_;
  std::unique_ptr<TokensApi> tokens_api_;
  std::unique_ptr<PoolsApi> pools_api_;
  std::unique_ptr<PoliciesApi> policies_api_;
  std::unique_ptr<GlobalScriptsApi> global_scripts_api_;
  std::unique_ptr<ReposApi> repos_api_;
  std::unique_ptr<QueriesApi> queries_api_;
  std::unique_ptr<StatusApi> status_api_;
  Router router_;
  std::unique_ptr<Guard> guard_;
  bool ready_ = false;
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
