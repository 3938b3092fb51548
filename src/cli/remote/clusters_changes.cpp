// weir clusters create, start, restart, resize, terminate, delete.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/cluster_wait.h"
#include "cli/remote/clusters_verbs.h"
#include "cli/session/with_client.h"
#include "cli/terminal/json_argument.h"

namespace weir::cli {
namespace {

using databricks::Clusters;
using databricks::PatientClient;

struct Options {
  std::string cluster{};
  std::string specification{};
  std::int64_t workers = -1;
  std::int64_t workers_min = -1;
  std::int64_t workers_max = -1;
  bool wait = false;
};

/// A change to one cluster, and what to wait for after it.
class Change {
 public:
  Change(const Options& options, const PatientClient& client, const Terminal& out)
      : options_(options), client_(client), out_(out) {}

  Exit create() {
    auto specification = read_object(options_.specification, "what the cluster is made of");
    if (!specification) return out_.error(specification.error());
    auto id = clusters_.create(std::move(*specification));
    auto shown = shown_id(id, "cluster_id", out_);
    if (shown != Exit::ok || !options_.wait) return shown;
    return ended(wait_until_running(clusters_, *id, local(), out_));
  }

  Exit start() { return change(&Clusters::start, "starting", &wait_until_running); }
  Exit restart() { return change(&Clusters::restart, "restarting", &wait_until_running); }
  Exit terminate() { return change(&Clusters::terminate, "terminating", &wait_until_terminated); }
  Exit remove() { return change(&Clusters::remove, "deleted", nullptr); }

  Exit resize() {
    json size = {{"num_workers", options_.workers}};
    if (options_.workers < 0) {
      if (options_.workers_min < 0 || options_.workers_max < options_.workers_min) {
        return out_.error({Code::invalid, "how many workers it is to have is missing",
                           "give --workers N, or --min N and --max M"});
      }
      size = {{"autoscale", {{"min_workers", options_.workers_min}, {"max_workers", options_.workers_max}}}};
    }
    auto id = clusters_.find(options_.cluster);
    if (!id) return out_.error(id.error());
    size.get_object()["cluster_id"] = *id;
    auto resized = clusters_.resize(std::move(size));
    if (auto exit = said(resized, fmt::format("resizing cluster {}", *id), out_); exit != Exit::ok)
      return exit;
    return options_.wait ? ended(wait_until_running(clusters_, *id, local(), out_)) : Exit::ok;
  }

 private:
  using Wait = Result<void> (*)(const Clusters&, const std::string&, bool, const Terminal&);

  Exit change(Result<void> (Clusters::*act)(std::string_view) const, std::string_view doing, Wait wait) {
    auto id = clusters_.find(options_.cluster);
    if (!id) return out_.error(id.error());
    auto changed = (clusters_.*act)(*id);
    if (auto exit = said(changed, fmt::format("{} cluster {}", doing, *id), out_); exit != Exit::ok)
      return exit;
    return wait && options_.wait ? ended(wait(clusters_, *id, local(), out_)) : Exit::ok;
  }

  Exit ended(const Result<void>& waited) const { return waited ? Exit::ok : out_.error(waited.error()); }
  bool local() const { return databricks::is_loopback(client_.connection().host); }

  const Options& options_;
  const PatientClient& client_;
  const Terminal& out_;
  Clusters clusters_{client_};
};

}  // namespace

void add_clusters_changes(Verb clusters, Connect connect) {
  auto options = std::make_shared<Options>();
  auto acts = [options, connect](Exit (Change::*verb)()) {
    return [options, connect, verb](Terminal& out) {
      return with_client(connect, out,
                         [&](const auto& client) { return (Change(*options, client, out).*verb)(); });
    };
  };
  auto one = [&](const char* name, const char* summary) {
    auto verb = clusters.verb(name, summary);
    verb.argument("CLUSTER", options->cluster, "id or name");
    return verb;
  };
  clusters.verb("create", "Create a cluster and print its id; it starts")
      .option("--json", options->specification, "its specification: JSON, or @FILE, or @- for standard input")
      .flag("--wait", options->wait, "wait until it runs")
      .runs(acts(&Change::create));
  one("start", "Start a terminated cluster")
      .flag("--wait", options->wait, "wait until it runs")
      .runs(acts(&Change::start));
  one("restart", "Restart a running cluster")
      .flag("--wait", options->wait, "wait until it runs again")
      .runs(acts(&Change::restart));
  one("resize", "Give a running cluster another number of workers")
      .option("--workers", options->workers, "how many")
      .option("--min", options->workers_min, "with --max: how many at the least, as it needs them")
      .option("--max", options->workers_max, "how many at the most")
      .flag("--wait", options->wait, "wait until it runs with them")
      .runs(acts(&Change::resize));
  one("terminate", "End a cluster; it can be started again")
      .flag("--wait", options->wait, "wait until it has ended")
      .runs(acts(&Change::terminate));
  one("delete", "End a cluster and forget it, for good").runs(acts(&Change::remove));
}

}  // namespace weir::cli
