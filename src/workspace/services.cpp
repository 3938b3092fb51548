#include "workspace/services.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "workspace/spark/machine_memory.h"

namespace weir::workspace {
namespace {

unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

/// What is left when the machine itself has had its part.
std::int64_t usable_memory_bytes() { return static_cast<std::int64_t>(total_memory_bytes()) / 10 * 9; }

}  // namespace

Services::Services(Loop& loop, WorkspaceOptions options, Home home, State state)
    : loop(loop),
      options(std::move(options)),
      home(std::move(home)),
      state(std::move(state)),
      dbfs(this->home.dbfs(), this->home.staging()),
      files(this->home.files(), this->home.staging()),
      objects(files) {}

Result<void> Services::prepare(std::string host) {
  if (auto known = identify(std::move(host)); !known) return known;
  if (auto made = make_standard_folders(); !made) return made;
  if (auto opened = open_secrets(); !opened) return opened;
  if (auto set = set_up_drivers(); !set) return set;
  make_runner();
  return {};
}

Result<void> Services::recover() {
  drivers->recover();
  if (auto recovered = clusters->recover(); !recovered) return recovered;
  if (auto recovered = statements->recover(); !recovered) return recovered;
  if (auto recovered = runner->recover(); !recovered) return recovered;
  notifier->wake();
  return scheduler->recover();
}

ClusterView Services::cluster_view(const Doors& doors) const {
  return {.user = identity.user, .org_id = identity.org_id, .cores = core_count(), .doors = doors};
}

Result<void> Services::identify(std::string host) {
  auto org_id = state.org_id();
  if (!org_id) return std::unexpected(org_id.error());
  identity = {.host = std::move(host), .org_id = *org_id, .user = system_user()};
  auto opened = TokenStore::open(state);
  if (!opened) return std::unexpected(opened.error());
  tokens = std::make_unique<TokenStore>(std::move(*opened));
  return {};
}

Result<void> Services::make_standard_folders() {
  for (const std::string& path : {"/Users/" + identity.user, std::string("/Shared"), std::string("/Repos")})
    if (!files.make_directories(Objects::parse(path).value()))
      return fail(Code::internal, fmt::format("could not make {} in {}", path, files.root().string()));
  return {};
}

Result<void> Services::open_secrets() {
  auto box = SecretBox::open(home.secrets_key());
  if (!box) return std::unexpected(box.error());
  secrets = std::make_unique<SecretStore>(state, std::move(*box));
  return {};
}

Result<void> Services::set_up_drivers() {
  auto main = options.driver.empty() ? home.install_driver() : Result<std::filesystem::path>(options.driver);
  if (!main) return std::unexpected(main.error());
  bool is_bounded = options.memory_bytes_max != 0;
  setting = {.interpreters = Interpreters(options.interpreters),
             .main = *main,
             .home = home.root(),
             .host = identity.host,
             .org_id = identity.org_id,
             .user = identity.user,
             .cores = core_count(),
             .output_bytes_max = options.output_bytes_max,
             .memory_bytes_max = is_bounded ? options.memory_bytes_max : usable_memory_bytes()};
  drivers = std::make_unique<Drivers>(
      loop, home, setting,
      Drivers::Options{.waiting_max = options.warm_drivers, .memory_kept_bytes = options.warm_memory_kept});
  return {};
}

void Services::make_runner() {
  DriverWorld world{
      .setting = setting, .dbfs = dbfs, .objects = objects, .secrets = *secrets, .drivers = *drivers};
  clusters = std::make_unique<Clusters>(loop, state, home, world,
                                        Clusters::Options{.drivers_max = options.clusters_max,
                                                          .grace = options.cancel_grace,
                                                          .start_time_max = options.cluster_start_max,
                                                          .long_requests_max = options.statements_max});
  statements = std::make_unique<Statements>(loop, state, home, *clusters);
  notices = std::make_unique<Notices>(state, identity.org_id);
  notifier = std::make_unique<Notifier>(loop, *notices, destinations());
  std::size_t most = options.drivers_max != 0 ? options.drivers_max : 2 * std::size_t{core_count()};
  runner = std::make_unique<Runner>(loop, state, home, world, *clusters,
                                    Runner::Options{.drivers_max = most,
                                                    .job_clusters_max = most,
                                                    .cancel_grace = options.cancel_grace,
                                                    .has_notices = [this] { notifier->wake(); }});
  scheduler = std::make_unique<Scheduler>(loop, state, clock, [this](const Job& job) {
    if (auto started = runner->start_by_schedule(job); !started)
      fmt::print(stderr, "workspace: job {} was not started: {}\n", job.job_id, to_text(started.error()));
  });
}

}  // namespace weir::workspace
