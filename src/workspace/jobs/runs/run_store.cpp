#include "workspace/jobs/runs/run_store.h"

#include <algorithm>
#include <array>

#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

constexpr std::string_view columns =
    "run_id, parent_id, job_id, run_type, name, task_key, attempt, spec, life_cycle, result, termination, "
    "message, "
    "stop, created_ms, started_ms, ended_ms, retry_at_ms, supervisor_pid, supervisor_ticks, "
    "supervisor_boot, supervisor_tree, first_attempt, trigger, caller_id, loop_of_id, iteration, input";

constexpr auto stops = std::to_array<std::string_view>({"", "cancel", "timeout", "cluster"});

std::string_view name_of(Stop stop) { return stops[static_cast<std::size_t>(stop)]; }

Stop parse_stop(std::string_view text) {
  auto found = std::ranges::find(stops, text);
  return found == stops.end() ? Stop::none : static_cast<Stop>(found - stops.begin());
}

std::string_view stored(ResultState result) {
  return result == ResultState::unknown ? "" : databricks::name_of(result);
}

Run read_run(const sqlite::Statement& row) {
  return {.run_id = row.integer(0),
          .parent_id = row.integer(1),
          .job_id = row.integer(2),
          .run_type = row.text(3),
          .name = row.text(4),
          .task_key = row.text(5),
          .attempt = row.integer(6),
          .first_attempt = row.integer(21),
          .trigger = row.text(22),
          .caller_id = row.integer(23),
          .loop_of_id = row.integer(24),
          .iteration = row.integer(25),
          .input = row.text(26),
          .spec = parse_json(row.text_view(7)).value_or(JsonObject{}),
          .life_cycle = databricks::parse_life_cycle(row.text_view(8)),
          .result = databricks::parse_result_state(row.text_view(9)),
          .termination = row.text(10),
          .message = row.text(11),
          .stop = parse_stop(row.text_view(12)),
          .created_ms = row.integer(13),
          .started_ms = row.integer(14),
          .ended_ms = row.integer(15),
          .retry_at_ms = row.integer(16),
          .supervisor = {.pid = static_cast<pid_t>(row.integer(17)),
                         .start_ticks = static_cast<std::uint64_t>(row.integer(18)),
                         .boot_id = row.text(19),
                         .tree = row.text(20)}};
}

}  // namespace

template <class... Values>
Result<std::vector<Run>> RunStore::select(std::string_view rest, const Values&... values) {
  std::vector<Run> runs;
  std::string sql = "SELECT " + std::string(columns) + " FROM runs " + std::string(rest);
  auto read = each_row(
      state_.database(), sql, [&](sqlite::Statement& row) { runs.push_back(read_run(row)); }, values...);
  return value_after(read, std::move(runs));
}

Result<std::int64_t> RunStore::insert(const Run& run) {
  auto id = state_.next_id();
  if (!id) return id;
  auto inserted =
      execute(state_.database(),
              "INSERT INTO runs (" + std::string(columns) +
                  ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
              *id, run.parent_id, run.job_id, run.run_type, run.name, run.task_key, run.attempt,
              to_text(run.spec), databricks::name_of(run.life_cycle), stored(run.result), run.termination,
              run.message, name_of(run.stop), run.created_ms, run.started_ms, run.ended_ms, run.retry_at_ms,
              std::int64_t{run.supervisor.pid}, static_cast<std::int64_t>(run.supervisor.start_ticks),
              run.supervisor.boot_id, run.supervisor.tree, run.first_attempt, run.trigger, run.caller_id,
              run.loop_of_id, run.iteration, run.input);
  return value_after(inserted, *id);
}

Result<void> RunStore::update(const Run& run) {
  return execute(
      state_.database(),
      "UPDATE runs SET spec = ?, life_cycle = ?, result = ?, termination = ?, message = ?, stop = ?,"
      " started_ms = ?, ended_ms = ?, retry_at_ms = ?, supervisor_pid = ?, supervisor_ticks = ?,"
      " supervisor_boot = ?, supervisor_tree = ?, input = ? WHERE run_id = ?",
      to_text(run.spec), databricks::name_of(run.life_cycle), stored(run.result), run.termination,
      run.message, name_of(run.stop), run.started_ms, run.ended_ms, run.retry_at_ms,
      std::int64_t{run.supervisor.pid}, static_cast<std::int64_t>(run.supervisor.start_ticks),
      run.supervisor.boot_id, run.supervisor.tree, run.input, run.run_id);
}

Result<void> RunStore::remove(std::int64_t run_id) {
  for (const char* sql :
       {"DELETE FROM repairs WHERE run_id = ?", "DELETE FROM notices WHERE job_run_id = ?",
        "DELETE FROM runs WHERE loop_of_id = ? AND loop_of_id != 0",
        "DELETE FROM runs WHERE parent_id = ? AND parent_id != 0", "DELETE FROM runs WHERE run_id = ?"})
    if (auto removed = execute(state_.database(), sql, run_id); !removed) return removed;
  return {};
}

Result<std::optional<Run>> RunStore::find(std::int64_t run_id) {
  auto runs = select("WHERE run_id = ?", run_id);
  if (!runs) return std::unexpected(runs.error());
  return runs->empty() ? std::nullopt : std::optional(std::move(runs->front()));
}

Result<std::vector<Run>> RunStore::tasks_of(std::int64_t run_id) { return select(tasks_of_run, run_id); }

Result<std::vector<Run>> RunStore::all_below(std::int64_t run_id) { return select(all_below_run, run_id); }

Result<std::optional<Run>> RunStore::called_by(std::int64_t task_run_id) {
  auto runs = select(called_by_task, task_run_id);
  if (!runs) return std::unexpected(runs.error());
  return runs->empty() ? std::nullopt : std::optional(std::move(runs->front()));
}

Result<std::vector<Run>> RunStore::active_of(std::int64_t job_id) {
  return job_id == 0 ? select(active_runs) : select(active_runs_of_job, job_id);
}

Result<std::vector<Run>> RunStore::list(const RunQuery& query) {
  return select(listed_runs(query), query.job_id, query.below_id, query.run_type, query.from_ms, query.to_ms,
                query.limit, query.offset);
}

Result<std::optional<std::int64_t>> RunStore::run_of_token(std::string_view token) {
  std::optional<std::int64_t> run_id;
  auto read = each_row(
      state_.database(), "SELECT run_id FROM tokens WHERE token = ?",
      [&](sqlite::Statement& row) { run_id = row.integer(0); }, token);
  return value_after(read, run_id);
}

Result<void> RunStore::keep_token(std::string_view token, std::int64_t run_id) {
  return execute(state_.database(), "INSERT INTO tokens (token, run_id) VALUES (?, ?)", token, run_id);
}

}  // namespace weir::workspace
