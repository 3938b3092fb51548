// The part of Clusters that deals with the processes: started, waited for, watched, and understood when they are gone.
#include <algorithm>

#include <fmt/format.h>
#include <string.h>

#include "base/utf8.h"
#include "workspace/clusters/clusters.h"
#include "workspace/home/tail.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr auto ready_interval = std::chrono::milliseconds(100);
constexpr std::int64_t message_bytes_max = 2000;
constexpr std::int64_t delivered_bytes_max = 64 * 1024 * 1024;  ///< of each log file

JsonArray library_list(const std::vector<ClusterLibrary>& libraries) {
  JsonArray list;
  for (const auto& library : libraries)
    if (library.is_wanted) list.emplace_back(library.library);
  return list;
}

/// The end of what the driver printed, for the message of a failed start.
std::string last_words(const fs::path& file) {
  std::string text = read_tail(file, message_bytes_max).text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return to_utf8(text);
}

/// `message` is completed with what the driver said itself.
Termination startup_failure(std::string& message, const ClusterFolder& folder) {
  std::string words = last_words(folder.err());
  if (!words.empty()) message += " It said: " + words;
  return {.code = "SPARK_STARTUP_FAILURE",
          .type = "CLIENT_ERROR",
          .parameters = {{"databricks_error_message", message}}};
}

std::string describe(const process::Exit& exit) {
  if (exit.signal != 0)
    return fmt::format("The driver was killed by signal {} ({}).", exit.signal, ::strsignal(exit.signal));
  return fmt::format("The driver ended with exit code {}.", exit.code);
}

}  // namespace

json Clusters::task_of(const Cluster& cluster, const Compute& compute, const ClusterFolder& folder) {
  json spec(cluster.spec);
  const json* scripts = find(spec, "init_scripts");
  auto libraries = store_.libraries(cluster.id);
  std::string name = string_or(spec, "cluster_name", "");
  return {{"kind", "cluster"},
          {"cluster_id", cluster.id},
          {"app_name", name.empty() ? cluster.id : name},
          {"master", compute.master},
          {"spark_conf", compute.spark_conf},
          {"dbfs_root", world_.dbfs.root().string()},
          {"workspace_root", world_.objects.tree().root().string()},
          {"workspace_home", home_.root().string()},
          {"init_scripts", scripts ? *scripts : json(JsonArray{})},
          {"autotermination_minutes", int_or(spec, "autotermination_minutes", 0)},
          {"libraries", library_list(libraries.value_or(std::vector<ClusterLibrary>{}))},
          {"library_folder", (home_.cluster(cluster.id) / "libraries").string()},
          {"libraries_file", folder.libraries().string()},
          {"ready_file", folder.ready().string()},
          {"result_file", folder.result().string()}};
}

Result<void> Clusters::launch(Cluster& cluster, Start how) {
  cluster.starts_again = false;
  auto compute = compute_of(world_.setting, world_.secrets, json(cluster.spec));
  auto missing = compute ? missing_interpreter(compute->python) : std::nullopt;
  if (missing || !compute)
    return end(cluster, {.code = "INVALID_ARGUMENT", .type = "CLIENT_ERROR"},
               missing ? *missing : compute.error());
  auto dropped = store_.drop_unwanted_libraries(cluster.id);
  if (!dropped) return std::unexpected(dropped.error());
  std::error_code error;
  if (*dropped) fs::remove_all(home_.cluster(cluster.id) / "libraries", error);

  auto context = state_.next_id();
  if (!context) return std::unexpected(context.error());
  cluster.context_id = *context;
  ClusterFolder folder = folder_of(cluster);
  fs::create_directories(folder.work(), error);
  auto written = replace_file(folder.task(), to_pretty_text(task_of(cluster, *compute, folder)) + "\n");
  DriverLaunch launch{.task_file = folder.task(),
                      .python = std::move(compute->python),
                      .environment = std::move(compute->environment),
                      .grace = options_.grace,
                      .can_be_warm = compute->can_be_warm && how == Start::on_any_driver};
  auto prepared = written ? world_.drivers.prepare(launch) : std::unexpected(written.error());
  if (!prepared)
    return end(cluster, {.code = "INTERNAL_ERROR", .type = "SERVICE_FAULT"}, prepared.error().message);
  cluster.supervisor = (*prepared)->supervisor();
  cluster.launched_ms = now_ms();
  if (auto put = store_.put(cluster); !put) return put;
  auto gone = (*prepared)->go();
  watch(cluster);
  look_for_ready(cluster.id, cluster.context_id);
  return gone;
}

void Clusters::watch(const Cluster& cluster) {
  drivers_[cluster.id] = process::watch_exit(loop_, cluster.supervisor, [this, id = cluster.id] {
    auto self = drivers_.extract(id);
    say_if_failed(gone(id), id);
  });
}

/// Until the file is there, or nobody is who could write it, or it has taken too long.
void Clusters::look_for_ready(const std::string& id, std::int64_t context_id) {
  timers_[id] = loop_.after(ready_interval, [this, id, context_id] {
    timers_.erase(id);
    auto cluster = store_.find(id);
    if (!cluster) return say_if_failed(std::unexpected(cluster.error()), id);
    bool waits =
        *cluster && (*cluster)->context_id == context_id && (*cluster)->has_driver() &&
        ((*cluster)->state == ClusterState::pending || (*cluster)->state == ClusterState::restarting);
    if (!waits) return;
    std::error_code error;
    if (fs::exists(folder_of(**cluster).ready(), error))
      return say_if_failed(ready(std::move(**cluster)), id);
    if (takes_too_long(**cluster)) return say_if_failed(give_up(std::move(**cluster)), id);
    look_for_ready(id, context_id);
  });
}

bool Clusters::takes_too_long(const Cluster& cluster) const {
  return std::chrono::milliseconds(now_ms() - cluster.launched_ms) > options_.start_time_max;
}

/// An init script that hangs, a JVM that is stuck: whoever waits for the cluster hears of it as of one that could not start.
Result<void> Clusters::give_up(Cluster cluster) {
  cluster.message = fmt::format(
      "The driver was not ready within {:g} seconds: one of its init scripts, or Spark itself, takes too "
      "long.",
      std::chrono::duration<double>(options_.start_time_max).count());
  Termination reason = startup_failure(cluster.message, folder_of(cluster));
  auto asked = terminate(std::move(cluster), std::move(reason));
  return asked ? Result<void>() : fail(Code::internal, asked.error().message);
}

Result<void> Clusters::ready(Cluster cluster) {
  cluster.state = ClusterState::running;
  cluster.message.clear();
  cluster.restarted_ms = now_ms();
  auto changed = change(cluster, "RUNNING");
  if (changed) tell(cluster);
  return changed;
}

/// A supervisor that was killed takes its command along but nothing that the command has started: that is ended here.
Result<void> Clusters::gone(const std::string& id) {
  auto found = store_.find(id);
  if (!found) return std::unexpected(found.error());
  if (!*found || (*found)->has_ended()) return {};
  Cluster cluster = std::move(**found);
  if (!process::read_exit(folder_of(cluster).exit())) process::terminate_tree(cluster.supervisor);
  deliver_logs(cluster);
  bool was_ready = cluster.is_running();
  bool never_ran = cluster.state != ClusterState::terminating && never_began(folder_of(cluster).root);
  cluster.supervisor = {};
  if (cluster.starts_again || never_ran) {
    cluster.state = ClusterState::restarting;
    // One that was started ahead and died before its order: the next one of those may be as bad.
    return launch(cluster, never_ran ? Start::from_nothing : Start::on_any_driver);
  }
  if (cluster.state == ClusterState::terminating) return end(cluster, cluster.termination, cluster.message);
  std::string message;
  Termination reason = reason_of_death(cluster, was_ready, message);
  return end(std::move(cluster), std::move(reason), std::move(message));
}

Termination Clusters::reason_of_death(const Cluster& cluster, bool was_ready, std::string& message) const {
  ClusterFolder folder = folder_of(cluster);
  auto text = read_file(folder.result());
  auto told = text ? parse_json(*text) : std::unexpected(text.error());
  if (told && find(*told, "reason")) {
    message = string_or(*told, "message", "");
    return Termination::from_json(*find(*told, "reason"));
  }
  auto exit = process::read_exit(folder.exit());
  message = exit ? describe(*exit) : "The driver and its supervisor died together.";
  if (was_ready) return {.code = "DRIVER_UNREACHABLE", .type = "CLOUD_FAILURE"};
  return startup_failure(message, folder);
}

Result<void> Clusters::end(Cluster cluster, Termination reason, std::string message) {
  bool told = cluster.state == ClusterState::terminating;
  cluster.state = ClusterState::terminated;
  cluster.termination = std::move(reason);
  cluster.message = std::move(message);
  cluster.supervisor = {};
  cluster.starts_again = false;
  cluster.ended_ms = now_ms();
  auto changed = told ? store_.put(cluster)
                      : change(cluster, "TERMINATING", {{"reason", cluster.termination.to_json()}});
  if (changed) tell(cluster);
  return changed;
}

/// To cluster_log_conf.dbfs.destination/<cluster id>/driver, as Databricks does.
void Clusters::deliver_logs(const Cluster& cluster) const {
  const json* conf = cluster.spec.if_contains("cluster_log_conf");
  const json* dbfs = conf ? find(*conf, "dbfs") : nullptr;
  auto destination = TreePath::parse(dbfs ? string_or(*dbfs, "destination", "") : "");
  if (!destination) return;
  ClusterFolder folder = folder_of(cluster);
  TreePath driver = destination->child(cluster.id).child("driver");
  for (const auto& [file, name] : {std::pair{folder.out(), "stdout"}, std::pair{folder.err(), "stderr"},
                                   std::pair{folder.work() / "spark.log", "log4j-active.log"}})
    if (std::error_code error; fs::exists(file, error)) {
      std::string text = read_tail(file, delivered_bytes_max).text;
      auto written = world_.dbfs.write(driver.child(name), text, true);
      if (!written) fmt::print(stderr, "workspace: could not deliver {} of cluster {}\n", name, cluster.id);
    }
}

}  // namespace weir::workspace
