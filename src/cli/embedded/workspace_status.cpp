#include "cli/embedded/workspace_status.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/terminal/byte_meter.h"
#include "cli/terminal/local_time.h"
#include "net/http_client.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto answer_timeout = 10s;
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

fs::path token_file(const fs::path& home) { return home / "token"; }

JsonObject describe(const fs::path& home, const WorkspaceServer& server) {
  JsonObject shown{{"running", true},
                   {"host", server.host},
                   {"port", server.port},
                   {"pid", server.pid},
                   {"started", server.started_ms},
                   {"home", home.string()},
                   {"token_file", token_file(home).string()}};
  if (!server.https_host.empty()) {
    shown["https_host"] = server.https_host;
    shown["certificate"] = server.certificate.string();
  }
  return shown;
}

void show_address(const Terminal& terminal, const fs::path& home, const WorkspaceServer& server) {
  terminal.data(fmt::format("host   {}", server.host));
  if (!server.https_host.empty())
    terminal.data(
        fmt::format("https  {}, its certificate in {}", server.https_host, server.certificate.string()));
  terminal.data(fmt::format("token  in {}", token_file(home).string()));
  terminal.data(fmt::format("server process {}, since {}", server.pid,
                            local_time(Instant{std::chrono::milliseconds(server.started_ms)})));
}

Result<json> fetch_status(const fs::path& home, const WorkspaceServer& server) {
  auto token = workspace_token(home);
  if (!token) return std::unexpected(token.error());
  net::HttpClient client;
  auto answer = client.send_and_wait({.url = server.host + "/weir/status",
                                      .headers = {{"Authorization", "Bearer " + *token}},
                                      .timeout = answer_timeout});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) return parse_json(answer->body);
  return fail(Code::unavailable,
              fmt::format("the workspace answers {} to a question about its status", answer->status),
              "it may be of another version of weir: 'weir workspace stop' and start it again");
}

/// Of all files in the folder. What goes while they are counted does not count.
std::uint64_t bytes_on_disk(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (!it->is_regular_file(gone) || it->is_symlink(gone)) continue;
    auto size = it->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

const JsonArray& list_in(const json& status, std::string_view name) {
  static const JsonArray none;
  const json* list = find(status, name);
  return list && list->is_array() ? list->get_array() : none;
}

std::string memory_of(const json& one) {
  return find(one, "memory_bytes") ? size_text(static_cast<std::uint64_t>(int_or(one, "memory_bytes", 0)))
                                   : "";
}

/// "idle 4 min of 30", "idle 4 min" where it never ends by itself, or "in use".
std::string idleness(const json& cluster) {
  const json* seconds = find(cluster, "idle_seconds");
  if (!seconds) return "";
  if (*seconds == 0) return "in use";
  std::int64_t idle = int_or(cluster, "idle_seconds", 0) / 60;
  std::int64_t most = int_or(cluster, "autotermination_minutes", 0);
  return most == 0 ? fmt::format("idle {} min", idle) : fmt::format("idle {} min of {}", idle, most);
}

std::string since(const json& run, Instant now) {
  Instant at{std::chrono::milliseconds(int_or(run, "since", 0))};
  bool is_recent = to_millis(now) - to_millis(at) < day_ms;
  return "since " + (is_recent ? local_time_of_day(at).substr(0, 8) : local_time(at));
}

/// Without the spaces that nothing follows.
std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

void add_clusters(std::vector<std::string>& lines, const json& status) {
  for (const json& cluster : list_in(status, "clusters")) {
    std::string version = string_or(cluster, "apache_spark_version", "");
    lines.push_back(
        trimmed(fmt::format("  {:<22} {:<11} {:<20} {:<12} {:<9} {}", string_or(cluster, "cluster_id", ""),
                            string_or(cluster, "state", ""), string_or(cluster, "cluster_name", ""),
                            version.empty() ? string_or(cluster, "spark_version", "") : "Spark " + version,
                            memory_of(cluster), idleness(cluster))));
    if (auto address = find_string(cluster, "spark_connect_address")) lines.push_back("    " + *address);
  }
}

void add_runs(std::vector<std::string>& lines, const json& status, Instant now) {
  for (const json& run : list_in(status, "runs")) {
    lines.push_back(fmt::format("  {:<6} {:<24} {:<11} {}", int_or(run, "run_id", 0),
                                string_or(run, "run_name", ""), string_or(run, "state", ""),
                                since(run, now)));
    for (const json& task : list_in(run, "tasks"))
      lines.push_back(trimmed(fmt::format("    {:<6} {:<22} {:<11} {}  {}", int_or(task, "run_id", 0),
                                          string_or(task, "task_key", ""), string_or(task, "state", ""),
                                          since(task, now), memory_of(task))));
  }
}

std::string waiting_line(const JsonArray& drivers) {
  auto ready = std::ranges::count_if(
      drivers, [](const json& driver) { return string_or(driver, "state", "") == "READY"; });
  std::uint64_t bytes = 0;
  for (const json& driver : drivers) bytes += static_cast<std::uint64_t>(int_or(driver, "memory_bytes", 0));
  return fmt::format("  {} waiting, {} warming up, {}", ready, std::ssize(drivers) - ready, size_text(bytes));
}

std::string memory_line(const json& memory) {
  auto size = [&](std::string_view name) {
    return size_text(static_cast<std::uint64_t>(int_or(memory, name, 0)));
  };
  std::int64_t processes = int_or(memory, "processes", 0);
  return fmt::format("memory {} in {} process{}; {} of {} are left on this machine", size("used_bytes"),
                     processes, processes == 1 ? "" : "es", size("available_bytes"), size("total_bytes"));
}

void add_part(std::vector<std::string>& lines, std::string_view title, std::vector<std::string> part) {
  lines.emplace_back(part.empty() ? fmt::format("{}: none", title) : std::string(title));
  lines.insert(lines.end(), part.begin(), part.end());
}

}  // namespace

void show_server(const Terminal& terminal, const fs::path& home, const WorkspaceServer& server) {
  if (terminal.as_json) return terminal.data_json(describe(home, server));
  show_address(terminal, home, server);
  terminal.say("");
  terminal.say("Any Databricks client can use it:");
  terminal.say(fmt::format("  export DATABRICKS_HOST={} DATABRICKS_TOKEN=\"$(cat '{}')\"", server.host,
                           token_file(home).string()));
  if (server.https_host.empty()) return;
  terminal.say("Over https it must trust the certificate, which no authority vouches for:");
  terminal.say(fmt::format("  export DATABRICKS_HOST={0} SSL_CERT_FILE='{1}' REQUESTS_CA_BUNDLE='{1}'",
                           server.https_host, server.certificate.string()));
}

std::vector<std::string> status_lines(const json& status, Instant now) {
  std::string sparks;
  for (const json& one : list_in(status, "sparks"))
    sparks += (sparks.empty() ? "" : ", ") + string_or(one, "spark_version", "");
  std::vector<std::string> lines{"spark  " + sparks};
  if (const json* memory = find(status, "memory")) lines.push_back(memory_line(*memory));
  std::vector<std::string> part;
  add_clusters(part, status);
  add_part(lines, "clusters", std::exchange(part, {}));
  add_runs(part, status, now);
  add_part(lines, "runs", std::exchange(part, {}));
  const JsonArray& waiting = list_in(status, "waiting_drivers");
  if (!waiting.empty()) part.push_back(waiting_line(waiting));
  add_part(lines, "drivers started ahead", std::move(part));
  return lines;
}

Exit show_status(const Terminal& terminal, const fs::path& home) {
  auto server = find_workspace_server(home);
  if (!server) {
    if (terminal.as_json)
      terminal.data_json({{"running", false}, {"home", home.string()}});
    else
      terminal.data("not running ('weir workspace start' starts it)");
    return Exit::not_found;
  }
  auto status = fetch_status(home, *server);
  if (!status) return terminal.error(status.error());
  std::uint64_t bytes = bytes_on_disk(home);
  if (terminal.as_json) {
    JsonObject shown = describe(home, *server);
    for (const auto& [name, value] : status->get_object()) shown[name] = value;
    shown["disk_bytes"] = bytes;
    terminal.data_json(shown);
    return Exit::ok;
  }
  show_address(terminal, home, *server);
  terminal.data(fmt::format("home   {}, {} on disk", home.string(), size_text(bytes)));
  for (const std::string& line : status_lines(*status, SystemClock{}.now())) terminal.data(line);
  return Exit::ok;
}

}  // namespace weir::cli
