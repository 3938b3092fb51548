#include "workspace/jobs/settings/job_store.h"

#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

Job read_job(const sqlite::Statement& row) {
  Job job{.job_id = row.integer(0), .created_ms = row.integer(1)};
  if (auto settings = parse_json(row.text_view(2)); settings && settings->is_object())
    job.settings = std::move(settings->get_object());
  return job;
}

}  // namespace

Result<std::int64_t> JobStore::create(const JsonObject& settings, std::int64_t now_ms) {
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  auto id = state_.next_id();
  if (!id) return id;
  auto inserted =
      execute(state_.database(), "INSERT INTO jobs (job_id, name, created_ms, settings) VALUES (?, ?, ?, ?)",
              *id, string_or(settings, "name", ""), now_ms, to_text(json(settings)));
  if (inserted) inserted = transaction->commit();
  return value_after(inserted, *id);
}

Result<std::optional<Job>> JobStore::find(std::int64_t job_id) {
  std::optional<Job> job;
  auto read = each_row(
      state_.database(), "SELECT job_id, created_ms, settings FROM jobs WHERE job_id = ?",
      [&](sqlite::Statement& row) { job = read_job(row); }, job_id);
  return value_after(read, job);
}

Result<std::vector<Job>> JobStore::list(const JobQuery& query) {
  std::vector<Job> jobs;
  auto read = each_row(
      state_.database(),
      "SELECT job_id, created_ms, settings FROM jobs"
      " WHERE (?1 = '' OR name = ?1 COLLATE NOCASE) AND (?2 = 0 OR job_id < ?2)"
      " ORDER BY job_id DESC LIMIT ?3 OFFSET ?4",
      [&](sqlite::Statement& row) { jobs.push_back(read_job(row)); }, query.name, query.below_id, query.limit,
      query.offset);
  return value_after(read, std::move(jobs));
}

Result<std::vector<Job>> JobStore::self_starting() {
  std::vector<Job> jobs;
  auto read = each_row(
      state_.database(),
      "SELECT job_id, created_ms, settings FROM jobs WHERE json_type(settings, '$.schedule') = 'object'"
      " OR json_type(settings, '$.trigger') = 'object'",
      [&](sqlite::Statement& row) { jobs.push_back(read_job(row)); });
  return value_after(read, std::move(jobs));
}

Result<void> JobStore::replace(std::int64_t job_id, const JsonObject& settings) {
  return execute(state_.database(), "UPDATE jobs SET name = ?, settings = ? WHERE job_id = ?",
                 string_or(settings, "name", ""), to_text(json(settings)), job_id);
}

Result<void> JobStore::remove(std::int64_t job_id) {
  return execute(state_.database(), "DELETE FROM jobs WHERE job_id = ?", job_id);
}

}  // namespace weir::workspace
