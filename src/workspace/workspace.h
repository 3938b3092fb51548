// The embedded workspace: the Databricks REST API on this machine, with real Spark behind it.
//
//   auto loop = make_loop();
//   auto workspace = Workspace::open(*loop, {.home = "/home/ann/.weir/workspace", .interpreters = {{"/venv/bin/python", "4.1.4"}}});
//   if (!workspace) return terminal.error(workspace.error());
//   loop->run();
//
// Runs survive it: their drivers are processes of their own, and the next server over the same folder takes them up.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "loop/loop.h"
#include "workspace/spark/interpreters.h"

namespace weir::workspace {

struct WorkspaceOptions {
  std::filesystem::path home{};
  std::vector<Interpreter> interpreters{};           ///< with pyspark; the first is the default
  std::uint16_t port = 0;                            ///< 0: that of the last time, or else a free one
  std::string address = "127.0.0.1";                 ///< of HTTP; loopback only
  bool https = false;                                ///< on a port of its own, beside HTTP
  std::uint16_t https_port = 0;                      ///< 0: that of the last time, or else a free one
  std::string https_address = "127.0.0.1";           ///< one that others reach only when `is_exposed`
  bool is_exposed = false;                           ///< the user knows that others will reach it
  std::size_t drivers_max = 0;                       ///< drivers of runs at once; 0 for two a core
  std::int64_t output_bytes_max = 64 << 20;          ///< of each stream of a driver on disk; its end is kept
  std::int64_t memory_bytes_max = 0;                 ///< of each process of a driver; 0: nine tenths of all
  std::size_t clusters_max = 8;                      ///< clusters and warehouses at once
  std::size_t statements_max = 200;                  ///< SQL statements that drivers run at once; more wait
  std::size_t warm_drivers = 0;                      ///< started ahead, that wait for a job or a cluster
  std::uint64_t warm_memory_kept = 2ULL << 30;       ///< bytes of the machine's memory that they leave alone
  Duration cancel_grace = std::chrono::seconds(10);  ///< what a cancelled driver has to clean up
  Duration cluster_start_max = std::chrono::minutes(10);   ///< until it is ready; then it counts as failed
  Duration access_token_lifetime = std::chrono::hours(1);  ///< of those that /oidc/v1/token gives
  std::filesystem::path driver{};                          ///< a main.py other than the embedded one
};

class Workspace {
 public:
  /// Every endpoint that a workspace serves, as docs/reference/workspace-api.md has them, or as JSON. Nothing is started.
  static Result<std::string> endpoints_as_markdown();
  static Result<json> endpoints_as_json();

  /// Serves when it returns, and has taken up every run that had not ended. Code::conflict when another server owns
  /// the folder or the asked port is taken, Code::invalid for an address that others can reach, a token file that
  /// others can read, or state of another program. Sets the process's umask to 077. Loop thread.
  static Result<std::unique_ptr<Workspace>> open(Loop& loop, WorkspaceOptions options);

  virtual ~Workspace() =
      default;  ///< stops serving; drivers run on. Loop thread, or after the loop has stopped

  virtual std::string host() const = 0;        ///< "http://127.0.0.1:8123"
  virtual std::string https_host() const = 0;  ///< "https://127.0.0.1:8443"; empty without HTTPS
  virtual std::uint16_t port() const = 0;
  virtual const std::string& token() const = 0;
};

}  // namespace weir::workspace
