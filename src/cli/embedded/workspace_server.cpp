#include "cli/embedded/workspace_server.h"

#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/embedded/interpreter_choice.h"
#include "net/http_client.h"
#include "workspace/home/home.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using workspace::read_file;

constexpr auto answer_timeout = 5s;
constexpr auto start_timeout = 60s;
constexpr auto look_again_after = 20ms;
constexpr int stop_timeout_ms = 30'000;

fs::path log_of(const fs::path& home) { return home / "server.log"; }

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

/// The log's lines since `from`, without the last newline.
std::string log_since(const fs::path& home, std::uintmax_t from) {
  std::string text = read_file(log_of(home)).value_or("");
  text.erase(0, std::min<std::size_t>(from, text.size()));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// Whether the process that last took the folder's lock lives and is not `ours`.
bool somebody_else_starts(const fs::path& home, pid_t ours) {
  std::string text = read_file(home / "lock").value_or("");
  pid_t holder = 0;
  std::from_chars(text.data(), text.data() + text.size(), holder);
  return holder > 0 && holder != ours && ::kill(holder, 0) == 0;
}

/// posix_spawn's attributes and file actions, freed at the end.
class SpawnPlan {
 public:
  explicit SpawnPlan(const fs::path& log) {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  Result<pid_t> spawn(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    int error = ::posix_spawn(&pid, "/proc/self/exe", &actions_, &attributes_, argv.data(), ::environ);
    if (error != 0)
      return fail(Code::unavailable,
                  fmt::format("could not start the workspace server: {}", std::strerror(error)));
    return pid;
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

/// The command line of the server.
std::vector<std::string> words_of(const ServerStart& start) {
  std::vector<std::string> words{
      "weir", "workspace", "serve", "--home", start.home.string(), "--port", std::to_string(start.port)};
  for (const auto& interpreter : start.interpreters)
    words.insert(words.end(), {"--python", to_word(interpreter)});
  if (start.https.is_wanted)
    words.insert(words.end(), {"--https", "--https-port", std::to_string(start.https.port), "--address",
                               start.https.address});
  if (start.https.is_exposed) words.emplace_back("--expose");
  if (start.drivers_max != 0) words.insert(words.end(), {"--drivers", std::to_string(start.drivers_max)});
  for (const auto& chosen : {start.warm.as_arguments(), start.limits.as_arguments()})
    words.insert(words.end(), chosen.begin(), chosen.end());
  return words;
}

}  // namespace

std::optional<WorkspaceServer> find_workspace_server(const fs::path& home) {
  auto text = read_file(home / "server.json");
  auto announced = text ? parse_json(*text) : std::unexpected(text.error());
  if (!announced) return std::nullopt;
  WorkspaceServer server{.pid = static_cast<pid_t>(int_or(*announced, "pid", 0)),
                         .host = string_or(*announced, "url", ""),
                         .port = static_cast<std::uint16_t>(int_or(*announced, "port", 0)),
                         .https_host = string_or(*announced, "https_url", ""),
                         .certificate = string_or(*announced, "certificate", ""),
                         .started_ms = int_or(*announced, "started", 0)};
  if (server.pid <= 0 || ::kill(server.pid, 0) != 0) return std::nullopt;
  // Asked without the token: another program may listen there by now.
  net::HttpClient client;
  auto answer = client.send_and_wait(
      {.url = server.host + "/.well-known/databricks-config", .timeout = answer_timeout});
  auto configuration = answer ? parse_json(answer->body) : std::unexpected(answer.error());
  bool is_ours =
      configuration && string_or(*configuration, "workspace_id", "") == string_or(*announced, "org_id", "?");
  return is_ours ? std::optional(server) : std::nullopt;
}

Result<WorkspaceServer> start_workspace_server(const ServerStart& start) {
  std::error_code error;
  fs::create_directories(start.home, error);
  fs::permissions(start.home, fs::perms::owner_all, error);
  if (error)
    return fail(Code::invalid, fmt::format("could not make {}: {}", start.home.string(), error.message()));

  auto log_before = size_of(log_of(start.home));
  auto pid = SpawnPlan(log_of(start.home)).spawn(words_of(start));
  if (!pid) return std::unexpected(pid.error());

  bool has_ended = false;
  for (auto until = std::chrono::steady_clock::now() + start_timeout;
       std::chrono::steady_clock::now() < until;) {
    if (auto server = find_workspace_server(start.home)) return *server;
    has_ended = has_ended || ::waitpid(*pid, nullptr, WNOHANG) == *pid;
    if (has_ended && !somebody_else_starts(start.home, *pid)) break;
    std::this_thread::sleep_for(look_again_after);
  }
  if (auto server = find_workspace_server(start.home)) return *server;
  std::string said = log_since(start.home, log_before);
  return fail(Code::unavailable, "the workspace server did not start" + (said.empty() ? "" : ":\n" + said),
              "its log is " + log_of(start.home).string());
}

Result<void> stop_workspace_server(const WorkspaceServer& server) {
  int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, server.pid, 0));
  if (pidfd < 0) return {};
  bool asked = ::kill(server.pid, SIGTERM) == 0;
  pollfd watched{pidfd, POLLIN, 0};
  bool gone = asked && ::poll(&watched, 1, stop_timeout_ms) == 1;
  ::close(pidfd);
  if (gone) return {};
  return fail(Code::timeout, fmt::format("the workspace server (process {}) does not end", server.pid),
              fmt::format("kill -9 {} is safe: the next server goes on where this one stood", server.pid));
}

Result<std::string> workspace_token(const fs::path& home) {
  auto token = read_file(home / "token");
  while (token && token->ends_with('\n')) token->pop_back();
  return token;
}

}  // namespace weir::cli
