// Jobs as they were created or last changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "workspace/home/state.h"

namespace weir::workspace {

struct Job {
  std::int64_t job_id = 0;
  std::int64_t created_ms = 0;
  JsonObject settings{};  ///< normalized, see job_settings.h
};

struct JobQuery {
  std::string name{};         ///< exact, whatever the case; empty for all
  std::int64_t below_id = 0;  ///< only jobs with a smaller id; 0 for all
  std::int64_t offset = 0;
  std::int64_t limit = 20;
};

class JobStore {
 public:
  explicit JobStore(State& state) : state_(state) {}

  Result<std::int64_t> create(const JsonObject& settings, std::int64_t now_ms);
  Result<std::optional<Job>> find(std::int64_t job_id);
  Result<std::vector<Job>> list(const JobQuery& query);  ///< newest first
  Result<std::vector<Job>> self_starting();              ///< those with a schedule or a trigger
  Result<void> replace(std::int64_t job_id, const JsonObject& settings);
  Result<void> remove(std::int64_t job_id);

 private:
  State& state_;
};

}  // namespace weir::workspace
