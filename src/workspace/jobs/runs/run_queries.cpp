#include "workspace/jobs/runs/run_queries.h"

namespace weir::workspace {

std::string listed_runs(const RunQuery& query) {
  std::string where = "WHERE parent_id = 0";
  if (query.which == RunQuery::Which::active) where += " AND ended_ms = 0";
  if (query.which == RunQuery::Which::completed) where += " AND ended_ms != 0";
  where += query.job_id != 0 ? " AND job_id = ?1" : " AND ?1 = 0";
  where += query.below_id != 0 ? " AND run_id < ?2" : " AND ?2 = 0";
  where += " AND (?3 = '' OR run_type = ?3) AND created_ms >= ?4 AND (?5 = 0 OR created_ms <= ?5)";
  return where + " ORDER BY run_id DESC LIMIT ?6 OFFSET ?7";
}

}  // namespace weir::workspace
