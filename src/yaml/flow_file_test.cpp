#include "yaml/flow_file.h"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>

#include "core/template.h"
#include "yaml/test_kinds.h"

using namespace weir;
using namespace weir::yaml;
using namespace std::chrono_literals;

namespace {

core::FlowSpec flow_of(std::string_view text) {
  auto flow = parse_flow(text, "flow.yaml", test_kinds);
  if (!flow) FAIL(to_text(flow.error().front()));
  return std::move(*flow);
}

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "weir_yaml_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

constexpr std::string_view tutorial = R"(
flow: tutorial
description: three jobs, one after the other
parameters: {region: west, day: null, sizes: [1, 2.5]}
tasks:
  config: {value: {run_name: report, spark_python_task: {python_file: "dbfs:/jobs/report.py", parameters: ["{{ parameters.region }}"]}}}
  daily:  {needs: ingest, retries: 2, retry_delay: 10s, timeout: 5m, databricks.submit_run: "{{ tasks.config.result }}"}
  ingest: {databricks.run_now: {job: ingest, notebook_params: {region: "{{ parameters.region }}"}}}
  hello:
    needs: [daily, ingest, daily]
    description: greets
    process: [echo, "hi {{ tasks.config.result.run_name }}"]
)";

}  // namespace

TEST_CASE("a flow file gives its name, parameters and tasks in the order of the file") {
  auto flow = flow_of(tutorial);
  CHECK(flow.name == "tutorial");
  CHECK(flow.parameters == JsonObject{{"region", "west"}, {"day", nullptr}, {"sizes", {1, 2.5}}});
  REQUIRE(flow.tasks.size() == 4);
  CHECK(flow.tasks[0].key == "config");
  CHECK(flow.tasks[1].kind == "databricks.submit_run");
  CHECK(flow.tasks[2].key == "ingest");
}

TEST_CASE("arguments and variables of a program are taken as they are written") {
  auto flow = flow_of(
      "flow: f\n"
      "tasks:\n"
      "  a: {process: [find, /data, -mtime, +30, 007, 1e3, 3.10, 0x1F, True, \"7\"]}\n"
      "  b: {process: {argv: [tail, -n, +2], env: {PYTHON: 3.10, DEBUG: True}}}\n"
      "  c: {value: [+30, 007]}\n");
  CHECK(flow.tasks[0].inputs ==
        json{{"argv", {"find", "/data", "-mtime", "+30", "007", "1e3", "3.10", "0x1F", "True", "7"}}});
  CHECK(flow.tasks[1].inputs ==
        json{{"argv", {"tail", "-n", "+2"}}, {"env", {{"PYTHON", "3.10"}, {"DEBUG", "True"}}}});
  CHECK(flow.tasks[2].inputs == json{30, 7});
}

TEST_CASE("policies are read with their units") {
  auto flow = flow_of(tutorial);
  CHECK(flow.tasks[1].policy.retry.count == 2);
  CHECK(flow.tasks[1].policy.retry.delays == std::vector<Duration>{10s});
  CHECK(flow.tasks[1].policy.timeout == 5min);
  CHECK(flow.tasks[0].policy.retry.count == 0);
  CHECK_FALSE(flow.tasks[0].policy.timeout);
}

TEST_CASE("a task waits for what it needs and for what its inputs read, each once") {
  auto flow = flow_of(tutorial);
  CHECK(flow.tasks[0].upstreams.empty());
  CHECK(flow.tasks[1].upstreams == std::vector<std::string>{"ingest", "config"});
  CHECK(flow.tasks[3].upstreams == std::vector<std::string>{"daily", "ingest", "config"});
}

TEST_CASE("inputs arrive compiled and completed") {
  auto flow = flow_of(tutorial);
  CHECK(flow.tasks[1].inputs == core::hole({"tasks", "config", "result"}));
  CHECK(flow.tasks[2].inputs ==
        json{{"job", "ingest"}, {"notebook_params", {{"region", core::hole({"parameters", "region"})}}}});
  CHECK(
      flow.tasks[3].inputs ==
      json{{"argv", {"echo", {{"$text", {"hi ", core::hole({"tasks", "config", "result", "run_name"})}}}}}});
}

TEST_CASE("aliases and merge keys share what several tasks have in common") {
  auto flow = flow_of(R"(
flow: shared
tasks:
  first: &base {retries: 3, timeout: 1m, value: &settings {a: 1, b: 2}}
  second:
    <<: *base
    timeout: 2m
  third:
    value: {<<: [{b: 5}, *settings], c: 3}
)");
  CHECK(flow.tasks[1].policy.retry.count == 3);
  CHECK(flow.tasks[1].policy.timeout == 2min);
  CHECK(flow.tasks[1].inputs == json{{"a", 1}, {"b", 2}});
  CHECK(flow.tasks[2].inputs == json{{"c", 3}, {"b", 5}, {"a", 1}});
}

TEST_CASE("keys of any scalar are the text they were written with") {
  auto flow =
      flow_of("flow: f\ntasks:\n  1: {value: {2: a, true: b, 'null': c}}\n  x: {needs: 1, value: 1}\n");
  CHECK(flow.tasks[0].key == "1");
  CHECK(flow.tasks[0].inputs == json{{"2", "a"}, {"true", "b"}, {"null", "c"}});
  CHECK(flow.tasks[1].upstreams == std::vector<std::string>{"1"});
}

TEST_CASE("Windows line ends and a byte order mark do no harm") {
  auto flow = flow_of(
      "\xEF\xBB\xBF"
      "flow: f\r\ntasks:\r\n  a:\r\n    value: x\r\n");
  CHECK(flow.name == "f");
  CHECK(flow.tasks[0].inputs == json("x"));
}

TEST_CASE("a flow file is read from disk under its own name") {
  Folder folder;
  auto file = folder.write("flow.yaml", tutorial);
  CHECK(read_flow(file, test_kinds).value().name == "tutorial");
  auto bad = folder.write("bad.yaml", "flow: f\ntaks: {}\n");
  auto errors = read_flow(bad, test_kinds).error();
  CHECK(errors[0].message == bad.string() + ":1:1: 'tasks' is missing");
  CHECK(errors[1].message == bad.string() + ":2:1: unknown key 'taks'");
}

TEST_CASE("a file that cannot be read says why") {
  Folder folder;
  auto only = [](const std::filesystem::path& file) {
    auto errors = read_flow(file, test_kinds).error();
    REQUIRE(errors.size() == 1);
    return errors.front();
  };
  auto missing = only(folder.path() / "nowhere.yaml");
  CHECK(missing.code == Code::not_found);
  CHECK(missing.message == (folder.path() / "nowhere.yaml").string() + ": no such file");

  auto directory = only(folder.path());
  CHECK(directory.code == Code::invalid);
  CHECK(directory.message == folder.path().string() + ": a directory, not a flow file");

  auto below_file = only(folder.write("x", "") / "flow.yaml");
  CHECK(below_file.code == Code::not_found);

  auto loop = folder.path() / "loop";
  std::filesystem::create_symlink(loop, loop);
  CHECK(only(loop).code == Code::invalid);
  CHECK(only(loop).message == loop.string() + ": cannot be read: Too many levels of symbolic links");

  auto big = folder.write("big.yaml", std::string(file_bytes_max + 1, '#'));
  CHECK(only(big).message == big.string() + ": larger than 10 MiB");
}

TEST_CASE("a large generated flow is read whole") {
  std::string text = "flow: wide\ntasks:\n  t0: {value: 0}\n";
  for (int i = 1; i < 2000; ++i) {
    text += "  t" + std::to_string(i) + ": {needs: t" + std::to_string(i - 1) +
            ", value: " + std::to_string(i) + "}\n";
  }
  CHECK(flow_of(text).tasks.size() == 2000);
}
