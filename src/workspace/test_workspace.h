// A workspace as its tests see it: a real server on a free port, a real HTTP client, and drivers that are real
// processes. Instead of Spark a small driver runs the Python file itself, so that a run takes milliseconds.
#pragma once

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/scratch.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/run_state.h"
#include "net/http_client.h"
#include "workspace/home/home.h"
#include "workspace/workspace.h"

namespace weir::workspace {

inline constexpr auto patience = std::chrono::seconds(30);

/// Runs the task's file with its parameters, and keeps to the contract of a driver. As a cluster it is ready at once and
/// stays, unless its name says how it ends.
inline constexpr std::string_view test_driver = R"py(
import json, os, runpy, signal, sys, traceback
if sys.argv[1] == "--wait":  # started ahead: it becomes the driver of its order, but dies when there is a file "die"
    try:
        os.write(0, b"ready\n")
    except OSError:  # the order came first, and the server is gone from the other end
        pass
    line = sys.stdin.buffer.readline()
    if not line or os.path.exists(os.path.dirname(sys.argv[0]) + "/die"):
        sys.exit(1)
    order = json.loads(line)
    open(order["mark"], "w").close()
    variables = dict(one.split("=", 1) for one in order["environment"]) | {"WEIR_TREE": os.environ["WEIR_TREE"]}
    os.execve(sys.executable, [sys.executable, "-u", sys.argv[0], order["task_file"]], variables)
task = json.load(open(sys.argv[1]))
def answer_statements(task):
    """A driver's control for SQL: "fail" fails, "wait" waits for a file "go", the rest gives two rows. What it is told to
    cancel gets a file "canceled", and goes on."""
    import http.server, threading, time
    class Control(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = {}
            if self.path == "/statements":
                told = {"state": "SUCCEEDED"}
                folder = body["folder"]
                if body["statement"] == "fail":
                    told = {"state": "FAILED", "error": {"error_code": "BAD_REQUEST", "message": "no such table"}}
                while body["statement"] == "wait" and not os.path.exists(folder + "/go"):
                    time.sleep(0.01)
                chunks = [{"chunk_index": i, "row_offset": i, "row_count": 1} for i in range(2)]
                for i in range(2):
                    json.dump([[str(i), None]], open(f"{folder}/{i}.json", "w"))
                json.dump(told | {"manifest": {"total_row_count": 2, "chunks": chunks}}, open(folder + "/new", "w"))
                os.rename(folder + "/new", folder + "/manifest.json")
            if self.path == "/statements/cancel":
                open(task["workspace_home"] + "/statements/" + body["id"] + "/canceled", "w").close()
            text = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        def log_message(self, *_): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
if task["kind"] == "cluster":
    import subprocess, time
    name = task["app_name"].rpartition("-")[2]  # of a job cluster: its key
    if name == "fails":
        sys.exit("no Java on this machine")
    if name == "stubborn":  # ends when it is killed
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    told = {"pid": os.getpid(), "spark_remote": "sc://localhost:1", "spark_version": "4.1.0", "control_token": "t"}
    if name == "parent":
        stubborn = ["sh", "-c", "trap '' TERM; while :; do sleep 60; done"]
        told["child_pid"] = subprocess.Popen(stubborn, start_new_session=True).pid
    if name != "slow":
        with open(task["ready_file"] + ".new", "w") as out:
            json.dump(told | {"control_port": answer_statements(task)}, out)
        os.rename(task["ready_file"] + ".new", task["ready_file"])
    if name == "idle":
        with open(task["result_file"], "w") as out:
            json.dump({"reason": {"code": "INACTIVITY", "type": "SUCCESS"}}, out)
        sys.exit(0)
    may_end = os.path.dirname(sys.argv[0]) + "/may_end"
    if name == "lingers":  # when it is asked to end, until there is such a file, which it takes
        def end(*_):
            while not os.path.exists(may_end):
                time.sleep(0.01)
            os.unlink(may_end)
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
    while os.path.exists(sys.argv[1]):  # as long as the workspace of the test
        time.sleep(0.1)
    sys.exit(0)
result = {}
parameters = task["parameters"]
if not task.get("file"):  # the code is in a library, or with the workspace: tell what was asked for
    code = ("kind", "shown_path", "entry_point", "parameters", "warehouse_id", "query_id")
    print(json.dumps({member: task[member] for member in code if member in task}), flush=True)
    if task["kind"] == "sql":
        result["sql_output"] = {"query_output": {"warehouse_id": task["warehouse_id"]}}
    task["file"] = "/dev/null"
sys.argv = [task["file"]] + (parameters if isinstance(parameters, list) else [])
class Exit(Exception): pass
def leave(value):
    result["notebook_result"] = value
    raise Exit
try:
    runpy.run_path(task["file"], init_globals={"task": task, "leave": leave}, run_name="__main__")
except Exit:
    pass
except Exception as error:
    result["error"] = f"{type(error).__name__}: {error}"
    result["error_trace"] = traceback.format_exc()
with open(task["result_file"] + ".new", "w") as out:
    json.dump(result, out)
os.rename(task["result_file"] + ".new", task["result_file"])
sys.stdout.flush()
os._exit(1 if "error" in result else 0)
)py";

inline std::filesystem::path python_on_path() {
  std::string_view path = std::getenv("PATH");
  while (!path.empty()) {
    std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    auto candidate = std::filesystem::path(folder) / "python3";
    if (std::filesystem::exists(candidate)) return candidate;
  }
  return "python3";
}

struct Answered {
  int status = 0;
  json body{};
  net::Headers headers{};

  std::string code() const { return string_or(body, "error_code", ""); }
  std::string message() const { return string_or(body, "message", ""); }
  std::int64_t integer(std::string_view field) const { return int_or(body, field, 0); }
};

class TestWorkspace {
 public:
  TestWorkspace() {
    REQUIRE(replace_file(folder_.path() / "driver.py", test_driver));
    options.home = folder_.path() / "home";
    options.interpreters = {{.python = python_on_path(), .spark_version = "4.1.0"}};
    options.driver = folder_.path() / "driver.py";
  }
  ~TestWorkspace() { close(); }

  WorkspaceOptions options{};

  void open() {
    loop_ = make_loop();
    auto opened = Workspace::open(*loop_, options);
    REQUIRE_MESSAGE(opened, (opened ? "" : to_text(opened.error())));
    workspace_ = std::move(*opened);
    host_ = workspace_->host();
    token_ = workspace_->token();
    thread_ = std::thread([this] { loop_->run(); });
  }

  /// The server goes, its drivers stay.
  void close() {
    if (!loop_) return;
    loop_->stop();
    thread_.join();
    workspace_.reset();
    loop_.reset();
  }

  void reopen() {
    close();
    open();
  }

  Answered send(net::HttpRequest request) {
    request.url = host_ + request.url;
    auto response = client_.send_and_wait(std::move(request));
    REQUIRE_MESSAGE(response, (response ? "" : to_text(response.error())));
    auto body = parse_json(response->body);
    return {response->status, body ? *body : json(response->body), response->headers};
  }

  Answered post(const std::string& path, const json& body) { return call("POST", path, to_text(body)); }
  Answered get(const std::string& path, std::string body = {}) { return call("GET", path, std::move(body)); }

  Answered call(std::string method, const std::string& path, std::string body) {
    return send({.method = std::move(method),
                 .url = "/api/" + path,
                 .headers = {{"Authorization", "Bearer " + token_}, {"Content-Type", "text/json"}},
                 .body = std::move(body)});
  }

  void put(const std::string& path, std::string_view content) {
    json body{{"path", path}, {"contents", databricks::encode_base64(content)}, {"overwrite", true}};
    REQUIRE(post("2.0/dbfs/put", body).status == 200);
  }

  /// Puts `source` into DBFS and submits a run of it.
  std::int64_t submit(std::string_view source, JsonObject task = {}, JsonObject run = {}) {
    std::string file = "dbfs:/tests/" + std::to_string(++files_) + ".py";
    put(file, source);
    task["task_key"] = "only";
    task["spark_python_task"] = JsonObject{{"python_file", file}, {"parameters", JsonArray{"one", "two"}}};
    run["run_name"] = "a run";
    run["tasks"] = JsonArray{std::move(task)};
    auto submitted = post("2.1/jobs/runs/submit", run);
    REQUIRE_MESSAGE(submitted.status == 200, submitted.message());
    return submitted.integer("run_id");
  }

  std::int64_t create_job(std::string_view source, JsonObject settings = {}) {
    std::string file = "dbfs:/tests/" + std::to_string(++files_) + ".py";
    put(file, source);
    json task = {{"task_key", "only"}, {"spark_python_task", {{"python_file", file}}}};
    settings["tasks"] = JsonArray{task};
    auto created = post("2.1/jobs/create", settings);
    REQUIRE_MESSAGE(created.status == 200, created.message());
    return created.integer("job_id");
  }

  json run(std::int64_t run_id) { return get("2.1/jobs/runs/get?run_id=" + std::to_string(run_id)).body; }
  json output(std::int64_t run_id) {
    return get("2.1/jobs/runs/get-output?run_id=" + std::to_string(run_id)).body;
  }

  /// The first attempt of a task.
  json task(std::int64_t run_id, std::string_view key) {
    for (const auto& task : run(run_id).at("tasks").get_array())
      if (string_or(task, "task_key", "") == key) return task;
    return {};
  }

  static std::string state(const json& run) { return string_or(run.at("state"), "life_cycle_state", ""); }
  static std::string result(const json& run) { return string_or(run.at("state"), "result_state", ""); }

  /// The run, once `holds`.
  json wait(std::int64_t run_id, const std::function<bool(const json&)>& holds) {
    auto until = std::chrono::steady_clock::now() + patience;
    json seen = run(run_id);
    while (!holds(seen)) {
      REQUIRE_MESSAGE(std::chrono::steady_clock::now() < until, to_text(seen));
      std::this_thread::yield();
      seen = run(run_id);
    }
    return seen;
  }
  json wait_for_end(std::int64_t run_id) {
    return wait(run_id, [](const json& run) { return databricks::has_ended(run); });
  }
  json wait_for_state(std::int64_t run_id, std::string_view wanted) {
    return wait(run_id, [&](const json& run) { return state(run) == wanted; });
  }
  /// Until the program has printed `text`: then its own code is running.
  void wait_for_log(std::int64_t run_id, std::string_view text) {
    wait(run_id,
         [&](const json&) { return string_or(output(run_id), "logs", "").find(text) != std::string::npos; });
  }

  /// A cluster of that name, and the name says to the test driver how it behaves.
  std::string create_cluster(std::string_view name, JsonObject spec = {}) {
    spec["cluster_name"] = name;
    spec.emplace("spark_version", "17.3.x-scala2.13");
    auto created = post("2.1/clusters/create", spec);
    REQUIRE_MESSAGE(created.status == 200, created.message());
    return string_or(created.body, "cluster_id", "");
  }
  json cluster(const std::string& id) { return get("2.1/clusters/get?cluster_id=" + id).body; }
  json wait_for_cluster(const std::string& id, std::string_view state) {
    auto until = std::chrono::steady_clock::now() + patience;
    json seen = cluster(id);
    while (string_or(seen, "state", "") != state) {
      REQUIRE_MESSAGE(std::chrono::steady_clock::now() < until, to_text(seen));
      std::this_thread::yield();
      seen = cluster(id);
    }
    return seen;
  }

  const std::string& host() const { return host_; }
  const std::string& token() const { return token_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  Workspace& workspace() { return *workspace_; }

 private:
  Scratch folder_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Workspace> workspace_;
  std::thread thread_;
  net::HttpClient client_;
  std::string host_;
  std::string token_;
  int files_ = 0;
};

/// A program that waits until it is killed.
inline constexpr std::string_view waits_forever =
    "import signal\nprint('waiting', flush=True)\nsignal.pause()\n";

}  // namespace weir::workspace
