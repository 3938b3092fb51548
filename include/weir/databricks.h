// Databricks jobs as tasks: submitted once whatever crashes, watched until they end, their output and stack
// trace in your terminal. The workspace is the one of `weir run --workspace`, of DATABRICKS_* or
// ~/.databrickscfg, or the embedded one.
//
//   auto dbx = weir::databricks::connect();
//   auto ingest = dbx.run_now({.job = "ingest", .notebook_params = {{"region", "west"}}},
//   weir::named("ingest")); auto daily = dbx.submit_run(config, weir::after(ingest).named("daily"));
#pragma once

#include <cstdint>
#include <string>

#include <weir/input.h>

namespace weir::databricks {

/// A finished, successful run of a job.
struct JobRun {
  std::int64_t run_id = 0;
  std::string run_page_url;
  std::string result;  ///< what the notebook passed to dbutils.notebook.exit; empty without one
};
JobRun tag_invoke(boost::json::value_to_tag<JobRun>, const json& value);
void tag_invoke(boost::json::value_from_tag, json& value, const JobRun& run);

/// Jobs API run-now. Give `job` (its name) or `job_id`; the rest as the API has it.
struct RunNow {
  std::string job{};
  std::int64_t job_id = 0;
  json notebook_params{};
  json python_params{};
  json jar_params{};
  json job_parameters{};
  json more{};  ///< an object with further fields of the API
};

/// A cluster, as the tasks that deal with it give it.
struct Cluster {
  std::string cluster_id;
  std::string cluster_name;
  std::string state;  ///< "RUNNING"
};
Cluster tag_invoke(boost::json::value_to_tag<Cluster>, const json& value);
void tag_invoke(boost::json::value_from_tag, json& value, const Cluster& cluster);

/// What a SQL statement gave.
struct Rows {
  std::string statement_id;
  json columns;  ///< an array: each with name and type
  json rows;     ///< an array of objects by column name
};
Rows tag_invoke(boost::json::value_to_tag<Rows>, const json& value);
void tag_invoke(boost::json::value_from_tag, json& value, const Rows& rows);

/// Each call adds a task of the kind databricks.<name>, which docs/reference/databricks.md describes, and <name> is also
/// its default name. A run is given by its id or the JobRun (or future of one) that has it, a cluster by its name, its id
/// or the Cluster; whatever is called a request has the fields of the kind.
class Client {
 public:
  /// Starts a job that exists in the workspace. The task's default name is "run_now".
  Future<JobRun> run_now(const RunNow& request, Call call = {}, TaskOptions options = {}) const;

  /// Jobs API runs/submit: a one-time run. `request` is its body, or a future of it. Default name
  /// "submit_run".
  Future<JobRun> submit_run(Input<json> request, Call call = {}, TaskOptions options = {}) const;

  Future<json> create_job(Input<json> request, Call call = {}, TaskOptions options = {}) const;
  Future<json> update_job(Input<json> request, Call call = {}, TaskOptions options = {}) const;
  Future<json> delete_job(const std::string& job, Call call = {}, TaskOptions options = {}) const;
  Future<JobRun> repair_run(Input<json> run, Call call = {}, TaskOptions options = {}) const;
  Future<json> cancel_run(Input<json> run, Call call = {}, TaskOptions options = {}) const;
  Future<json> cancel_all_runs(const std::string& job, Call call = {}, TaskOptions options = {}) const;
  Future<json> get_output(Input<json> run, Call call = {}, TaskOptions options = {}) const;

  Future<Cluster> create_cluster(Input<json> request, Call call = {}, TaskOptions options = {}) const;
  Future<Cluster> start_cluster(Input<json> cluster, Call call = {}, TaskOptions options = {}) const;
  Future<Cluster> ensure_cluster(Input<json> cluster, Call call = {}, TaskOptions options = {}) const;
  Future<Cluster> restart_cluster(Input<json> cluster, Call call = {}, TaskOptions options = {}) const;
  Future<Cluster> terminate_cluster(Input<json> cluster, Call call = {}, TaskOptions options = {}) const;

  /// `size`: {"num_workers": 4} or {"autoscale": …}.
  Future<Cluster> resize_cluster(Input<json> cluster, json size, Call call = {},
                                 TaskOptions options = {}) const;

  /// `libraries`: an array of objects like {"maven": {"coordinates": "org.jsoup:jsoup:1.16.1"}}.
  Future<json> install_libraries(Input<json> cluster, json libraries, Call call = {},
                                 TaskOptions options = {}) const;
  Future<json> uninstall_libraries(Input<json> cluster, json libraries, Call call = {},
                                   TaskOptions options = {}) const;

  Future<json> put_file(Input<json> request, Call call = {}, TaskOptions options = {}) const;
  Future<json> get_file(Input<std::string> path, Call call = {}, TaskOptions options = {}) const;
  Future<json> delete_file(Input<std::string> path, Call call = {}, TaskOptions options = {}) const;
  Future<json> import_notebook(Input<json> request, Call call = {}, TaskOptions options = {}) const;

  Future<json> create_scope(const std::string& scope, Call call = {}, TaskOptions options = {}) const;

  /// The value is the one that the environment `variable` of weir's process has when the task runs.
  Future<json> put_secret(const std::string& scope, const std::string& key, const std::string& variable,
                          Call call = {}, TaskOptions options = {}) const;

  Future<Rows> sql(Input<json> request, Call call = {}, TaskOptions options = {}) const;

  /// These wait for as long as their timeout allows.
  Future<json> wait_run(Input<json> run, Call call = {}, TaskOptions options = {}) const;
  Future<Cluster> wait_cluster(Input<json> cluster, const std::string& state, Call call = {},
                               TaskOptions options = {}) const;
  Future<json> wait_file(Input<std::string> path, Call call = {}, TaskOptions options = {}) const;
  Future<json> wait_table(Input<json> request, Call call = {}, TaskOptions options = {}) const;
};

/// Which workspace, and how to sign in to it: what is left out is looked up, as docs/reference/connections.md says. Kept
/// in memory only, so that a resumed run says it again.
struct Workspace {
  std::string profile{};  ///< of ~/.databrickscfg, or "embedded"
  std::string host{};
  std::string token{};
  std::string username{};
  std::string password{};
  std::string client_id{};  ///< of a service principal (OAuth)
  std::string client_secret{};
  std::string azure_client_id{};  ///< of a service principal of Azure
  std::string azure_client_secret{};
  std::string azure_tenant_id{};
  std::string azure_workspace_resource_id{};
  std::string azure_environment{};
  std::string auth_type{};  ///< chooses, when several ways to sign in are configured
};

/// The workspace that the run talks to: one for each run. Throws FlowError for a connection that cannot be.
///
///   auto dbx = weir::databricks::connect({.profile = "production"});
Client connect(const Workspace& workspace = {});

}  // namespace weir::databricks
