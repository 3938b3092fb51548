// A workspace that runs nothing: it takes runs by the thousand, ends them when it is told to, and remembers when it was
// asked about each. It answers runs/submit, get, list, get-output and cancel with what a real one sends, and refuses
// with 429 what goes beyond the rates that Databricks publishes.
//
//   weir_bench_databricks_server        prints {"port": …}; ends with its standard input
//
// Told by bench/databricks.py: POST /bench/pace {"on"}, /bench/end {"count", "seconds", "seed"}, /bench/measure, and
// GET /bench/report.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "net/http_server.h"

using namespace weir;

namespace {

constexpr std::int64_t first_id = 100'000'000'001;
constexpr std::size_t page_size_max = 25;
constexpr double gets_per_second_max = 100;  ///< of runs/get, as published; other calls have less
constexpr double others_per_second_max = 30;

struct Run {
  std::int64_t started_ms = 0;
  std::int64_t ends_ms = 0;     ///< 0: nobody has said
  std::int64_t noticed_ms = 0;  ///< when runs/get said first that it had ended
  std::int64_t looked_ms = 0;   ///< when an answer said last that it goes on
  int outputs = 0;
};

/// Calls of one kind in the second that goes on.
struct Second {
  std::int64_t number = 0;
  int calls = 0;
};

class Workspace {
 public:
  net::ServerResponse answer(const net::ServerRequest& request) {
    now_ms_ = to_millis(clock_.now());
    const auto& path = request.path;
    if (path.starts_with("/bench/")) return told(path.substr(7), request.body);
    auto name = path.substr(path.rfind('/') + 1);
    ++calls_[name];
    if (auto refusal = over_the_limit(name)) return *refusal;
    if (name == "submit") return submit(request);
    if (name == "list") return list(request);
    auto* run = run_of(request);
    if (!run) return refused(400, "INVALID_PARAMETER_VALUE", "Run does not exist.");
    if (name == "get") return get(*run);
    if (name == "get-output") return output(*run);
    return refused(501, "NOT_IMPLEMENTED", name);
  }

 private:
  static net::ServerResponse refused(int status, std::string_view code, std::string_view message) {
    return {.status = status, .body = to_text(json{{"error_code", code}, {"message", message}})};
  }

  std::optional<net::ServerResponse> over_the_limit(const std::string& name) {
    auto& second = seconds_[name];
    if (second.number != now_ms_ / 1000) second = {.number = now_ms_ / 1000};
    double most = name == "get" ? gets_per_second_max : others_per_second_max;
    if (!paced_ || ++second.calls <= most) return std::nullopt;
    ++calls_["refused"];
    auto refusal = refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
    refusal.headers = {{"Retry-After", "1"}};
    return refusal;
  }

  std::int64_t id_of(const Run& run) const { return first_id + (&run - runs_.data()); }

  /// From the query, or from a JSON body, where Airflow has it.
  Run* run_of(const net::ServerRequest& request) {
    auto id = request.query_value("run_id");
    auto body = parse_json(request.body).value_or(nullptr);
    if (!id) id = string_or(body, "run_id", std::to_string(int_or(body, "run_id", 0)));
    auto index = std::strtoll(id->c_str(), nullptr, 10) - first_id;
    return index >= 0 && index < std::ssize(runs_) ? &runs_[static_cast<std::size_t>(index)] : nullptr;
  }

  bool has_ended(const Run& run) const { return run.ends_ms != 0 && run.ends_ms <= now_ms_; }

  /// What runs/list says of a run; runs/get adds the tasks.
  std::string brief(const Run& run) const {
    auto id = id_of(run);
    auto state = has_ended(run) ? R"("life_cycle_state":"TERMINATED","result_state":"SUCCESS")"
                                : R"("life_cycle_state":"RUNNING")";
    auto status = has_ended(run)
                      ? R"("state":"TERMINATED","termination_details":{"code":"SUCCESS","type":"SUCCESS"})"
                      : R"("state":"RUNNING")";
    return fmt::format(
        R"("job_id":{0},"run_id":{0},"number_in_job":{0},"original_attempt_run_id":{0},)"
        R"("creator_user_name":"somebody@example.com","run_name":"bench/run","run_type":"SUBMIT_RUN",)"
        R"("run_page_url":"https://adb-1234567890123456.7.azuredatabricks.net/?o=1234567890123456#job/{0}/run/{0}",)"
        R"("trigger":"ONE_TIME","format":"MULTI_TASK","start_time":{1},"end_time":{2},"setup_duration":0,)"
        R"("execution_duration":0,"cleanup_duration":0,"run_duration":{3},"queue_duration":0,)"
        R"("state":{{{4},"state_message":"In run","user_cancelled_or_timedout":false}},"status":{{{5}}},)"
        R"("job_clusters":[{{"job_cluster_key":"main","new_cluster":{{"spark_version":"16.4.x-scala2.12",)"
        R"("node_type_id":"Standard_D4ds_v5","num_workers":2}}}}])",
        id, run.started_ms, has_ended(run) ? run.ends_ms : 0, now_ms_ - run.started_ms, state, status);
  }

  void look(Run& run) {
    if (measuring_ && run.looked_ms != 0) gaps_.push_back(now_ms_ - run.looked_ms);
    run.looked_ms = now_ms_;
  }

  net::ServerResponse submit(const net::ServerRequest& request) {
    auto token = string_or(parse_json(request.body).value_or(nullptr), "idempotency_token", "");
    auto [found, is_new] = by_token_.try_emplace(token, first_id + std::ssize(runs_));
    if (token.empty() || is_new) runs_.push_back({.started_ms = now_ms_});
    return {.body = fmt::format(R"({{"run_id":{}}})", token.empty() ? id_of(runs_.back()) : found->second)};
  }

  net::ServerResponse get(Run& run) {
    if (!has_ended(run)) look(run);
    if (has_ended(run) && run.noticed_ms == 0) run.noticed_ms = now_ms_;
    auto id = id_of(run);
    auto task = fmt::format(R"({{"task_key":"run",{}}})", brief(run));
    return {.body = fmt::format(R"({{{},"tasks":[{}],"cluster_instance":{{"cluster_id":"{}"}}}})", brief(run),
                                task, id)};
  }

  net::ServerResponse list(const net::ServerRequest& request) {
    auto token = request.query_value("page_token").value_or("");
    auto below = token.empty() ? first_id + std::ssize(runs_) : std::strtoll(token.c_str(), nullptr, 10);
    std::string page;
    std::size_t count = 0;
    auto index = below - first_id - 1;
    for (; index >= 0 && count < page_size_max; --index) {
      auto& run = runs_[static_cast<std::size_t>(index)];
      if (has_ended(run)) continue;
      look(run);
      page += fmt::format("{}{{{}}}", count++ > 0 ? "," : "", brief(run));
    }
    while (index >= 0 && has_ended(runs_[static_cast<std::size_t>(index)])) --index;
    auto more = index >= 0 ? fmt::format(R"(,"next_page_token":"{}")", first_id + index + 1) : "";
    return {.body = fmt::format(R"({{"runs":[{}],"has_more":{}{}}})", page, index >= 0, more)};
  }

  net::ServerResponse output(Run& run) {
    ++run.outputs;
    return {.body = fmt::format(R"({{"metadata":{{{}}},"notebook_output":{{"result":"{}"}}}})", brief(run),
                                id_of(run))};
  }

  net::ServerResponse told(std::string_view what, const std::string& body) {
    auto order = parse_json(body).value_or(nullptr);
    if (what == "pace") paced_ = bool_or(order, "on", true);
    if (what == "end") end(order);
    if (what == "measure") {
      measuring_ = true;
      gaps_.clear();
      calls_.clear();
      for (auto& run : runs_) run.looked_ms = 0;
    }
    return {.body = what == "report" ? report() : "{}"};
  }

  /// Ends so many of the runs that go on, at moments spread over the seconds to come.
  void end(const json& order) {
    std::vector<Run*> active;
    for (auto& run : runs_)
      if (run.ends_ms == 0) active.push_back(&run);
    std::uint64_t noise = static_cast<std::uint64_t>(int_or(order, "seed", 1));
    auto draw = [&](std::uint64_t below) {
      noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
      return (noise >> 33) % std::max<std::uint64_t>(1, below);
    };
    auto count = std::min(static_cast<std::size_t>(int_or(order, "count", 0)), active.size());
    auto over_ms = static_cast<std::uint64_t>(int_or(order, "seconds", 1)) * 1000;
    for (std::size_t i = 0; i < count; ++i) {
      std::swap(active[i], active[i + draw(active.size() - i)]);
      active[i]->ends_ms = now_ms_ + 1 + static_cast<std::int64_t>(draw(over_ms));
    }
  }

  std::string report() const {
    JsonArray ended;
    for (const auto& run : runs_) {
      if (run.ends_ms == 0) continue;
      ended.push_back({{"run_id", id_of(run)},
                       {"ended_ms", run.ends_ms},
                       {"looked_ms", run.looked_ms},
                       {"noticed_ms", run.noticed_ms},
                       {"outputs", run.outputs}});
    }
    JsonObject calls;
    for (const auto& [name, count] : calls_) calls[name] = count;
    return to_text(json{{"runs", runs_.size()},
                        {"calls", std::move(calls)},
                        {"gaps_ms", JsonArray(gaps_.begin(), gaps_.end())},
                        {"ended", std::move(ended)}});
  }

  SystemClock clock_;
  std::int64_t now_ms_ = 0;
  std::vector<Run> runs_;
  std::unordered_map<std::string, std::int64_t> by_token_;
  bool paced_ = false;
  bool measuring_ = false;
  std::map<std::string, int> calls_;
  std::map<std::string, Second> seconds_;
  std::vector<std::int64_t> gaps_;  ///< between two looks at a run
};

}  // namespace

int main() {
  auto loop = make_loop();
  Workspace workspace;
  auto server = net::HttpServer::listen(
      *loop, {}, [&](const net::ServerRequest& request) { return workspace.answer(request); });
  WEIR_CHECK(server, "there is a free port");
  fmt::print(R"({{"port": {}}})"
             "\n",
             (*server)->port());
  std::fflush(stdout);
  loop->watch_readable(STDIN_FILENO, [&] { loop->stop(); });
  loop->run();
}
