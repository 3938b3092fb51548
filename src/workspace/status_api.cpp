#include "workspace/status_api.h"

#include <unistd.h>

#include "process/family_memory.h"
#include "workspace/spark/machine_memory.h"

namespace weir::workspace {
namespace {

/// A driver that works hard may be slow to say how long it has been idle: then it is not.
constexpr auto idleness_timeout = std::chrono::seconds(2);

JsonArray sparks_of(const Interpreters& interpreters) {
  JsonArray sparks;
  for (const Interpreter& one : interpreters.all())
    sparks.push_back(JsonObject{{"spark_version", one.spark_version}, {"python", one.python.string()}});
  return sparks;
}

JsonObject shown(const Run& run) {
  return {{"run_id", run.run_id},
          {"state", databricks::name_of(run.life_cycle)},
          {"since", run.started_ms != 0 ? run.started_ms : run.created_ms}};
}

}  // namespace

/// What is told so far, and who is still to be asked: of processes their memory, of clusters how long they have been
/// idle.
struct StatusApi::Report {
  JsonArray clusters{};
  JsonArray runs{};
  JsonArray waiting{};
  std::vector<pid_t> supervisors{};
  std::vector<std::pair<Cluster, std::size_t>> running{};  ///< with their places in `clusters`
  std::size_t unanswered = 0;
  net::ServerResponse::Answer answer{};

  /// For `shown`, whose memory is looked up when all are known.
  void add_process(JsonObject& shown, const process::Identity& supervisor) {
    if (supervisor.pid == 0) return;
    shown["memory_bytes"] = supervisors.size();
    supervisors.push_back(supervisor.pid);
  }

  process::FamilyMemory measure() {
    auto families = process::memory_of_families(supervisors);
    auto look_up = [&](json& one) {
      if (json* place = one.get_object().if_contains("memory_bytes"))
        *place = families[static_cast<std::size_t>(place->to_number<std::int64_t>())].bytes;
    };
    for (json& cluster : clusters) look_up(cluster);
    for (json& driver : waiting) look_up(driver);
    for (json& run : runs)
      for (json& task : run.at("tasks").get_array()) look_up(task);
    process::FamilyMemory all{.bytes = process::resident_bytes(::getpid()), .processes = 1};
    for (const auto& family : families) all += family;
    return all;
  }
};

void StatusApi::add_routes(Router& router) {
  router.add("/weir/status", {.method = "GET",
                              .handler = [this](const Call&) { return status(); },
                              .note = "clusters, runs and drivers that go on, and their memory; weir's own",
                              .fields = std::vector<Field>{}});
}

Reply StatusApi::status() {
  auto report = std::make_shared<Report>();
  if (auto added = add_clusters(*report); !added) return internal_error(added.error());
  if (auto added = add_runs(*report); !added) return internal_error(added.error());
  add_waiting(*report);
  net::ServerResponse response;
  response.later = [this, report](net::ServerResponse::Answer answer) {
    report->answer = std::move(answer);
    ask_for_idleness(report);
  };
  return response;
}

/// Those of jobs are gone when they have ended.
Result<void> StatusApi::add_clusters(Report& report) {
  auto clusters = clusters_.store().all();
  if (!clusters) return std::unexpected(clusters.error());
  for (const Cluster& cluster : *clusters) {
    if (cluster.has_ended() && cluster.source == job_source) continue;
    JsonObject full = view_.show(cluster, clusters_.endpoints_of(cluster));
    JsonObject shown;
    for (std::string_view field :
         {"cluster_id", "cluster_name", "cluster_source", "state", "state_message", "spark_version",
          "apache_spark_version", "autotermination_minutes", "last_restarted_time", "spark_connect_address"})
      if (const json* value = full.if_contains(field)) shown[field] = *value;
    report.add_process(shown, cluster.supervisor);
    if (cluster.is_running()) report.running.emplace_back(cluster, report.clusters.size());
    report.clusters.push_back(std::move(shown));
  }
  return {};
}

Result<void> StatusApi::add_runs(Report& report) {
  auto active = runs_.active_of(0);
  if (!active) return std::unexpected(active.error());
  for (const Run& run : *active) {
    auto below = runs_.all_below(run.run_id);
    if (!below) return std::unexpected(below.error());
    JsonArray tasks;
    for (const Run& task : *below) {
      if (task.has_ended()) continue;
      JsonObject one = shown(task);
      one["task_key"] = task.task_key;
      report.add_process(one, task.supervisor);
      tasks.push_back(std::move(one));
    }
    JsonObject one = shown(run);
    one["run_name"] = run.name;
    one["tasks"] = std::move(tasks);
    report.runs.push_back(std::move(one));
  }
  return {};
}

void StatusApi::add_waiting(Report& report) {
  for (const auto& driver : drivers_.waiting()) {
    JsonObject one{{"state", driver.is_ready ? "READY" : "WARMING_UP"}};
    report.add_process(one, {.pid = driver.supervisor});
    report.waiting.push_back(std::move(one));
  }
}

/// Of all clusters at once; the last to answer brings the report to its reader.
void StatusApi::ask_for_idleness(const std::shared_ptr<Report>& report) {
  auto tell = [this, report] {
    auto used = report->measure();
    JsonObject memory{{"used_bytes", used.bytes},
                      {"processes", used.processes},
                      {"available_bytes", available_memory_bytes()},
                      {"total_bytes", total_memory_bytes()}};
    JsonObject told{{"pid", ::getpid()},
                    {"sparks", sparks_of(interpreters_)},
                    {"clusters", std::move(report->clusters)},
                    {"runs", std::move(report->runs)},
                    {"waiting_drivers", std::move(report->waiting)},
                    {"memory", std::move(memory)}};
    report->answer({.body = to_text(json(std::move(told)))});
  };
  report->unanswered = report->running.size();
  if (report->unanswered == 0) return tell();
  for (const auto& [cluster, place] : report->running)
    clusters_.ask(cluster, "/usage", JsonObject{}, idleness_timeout,
                  [report, place, tell](const Result<json>& told) {
                    if (const json* idle = told ? find(*told, "idle_seconds") : nullptr)
                      report->clusters.at(place).get_object()["idle_seconds"] = *idle;
                    if (--report->unanswered == 0) tell();
                  });
}

}  // namespace weir::workspace
