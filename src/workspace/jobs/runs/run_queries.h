// Which runs are asked for, as the end of a SELECT from the table of runs. Only what is asked for stands in a statement, so
// that it goes by the index that is made for it: what is asked of job runs must not lead through all that have ended.
#pragma once

#include <cstdint>
#include <string>

namespace weir::workspace {

struct RunQuery {
  enum class Which : std::uint8_t { all, active, completed };
  Which which = Which::all;
  std::int64_t job_id = 0;  ///< 0 for any; likewise below
  std::string run_type{};
  std::int64_t from_ms = 0;  ///< start times, both inclusive
  std::int64_t to_ms = 0;
  std::int64_t below_id = 0;
  std::int64_t offset = 0;
  std::int64_t limit = 20;
};

inline constexpr const char* tasks_of_run = "WHERE parent_id = ? AND parent_id != 0 ORDER BY run_id";
inline constexpr const char* all_below_run =
    "WHERE (parent_id = ?1 AND parent_id != 0) OR (loop_of_id = ?1 AND loop_of_id != 0)";
inline constexpr const char* called_by_task = "WHERE caller_id = ? AND caller_id != 0";
inline constexpr const char* active_runs = "WHERE parent_id = 0 AND ended_ms = 0 ORDER BY run_id";
inline constexpr const char* active_runs_of_job =
    "WHERE parent_id = 0 AND ended_ms = 0 AND job_id = ? ORDER BY run_id";

/// Takes job_id, below_id, run_type, from_ms, to_ms, limit and offset.
std::string listed_runs(const RunQuery& query);

}  // namespace weir::workspace
