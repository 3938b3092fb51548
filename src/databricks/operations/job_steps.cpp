#include "databricks/operations/job_steps.h"

#include <memory>

#include "databricks/client/job_requests.h"
#include "databricks/client/pages.h"

namespace weir::databricks::operations {
namespace {

constexpr std::size_t jobs_listed_max =
    2000;  ///< for the nearest name; beyond it a hint is not worth the calls

using Jobs = std::shared_ptr<std::vector<JobName>>;

Step list_jobs(std::string filter, std::string page_token, Jobs known, Then then) {
  return ask(requests::jobs(filter, page_token), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    if (const json* jobs = find(*answer, "jobs"); jobs && jobs->is_array()) {
      for (const auto& job : jobs->get_array()) known->push_back(job_name_of(job));
    }
    auto token = next_page_token(*answer);
    return token && known->size() < jobs_listed_max ? list_jobs(filter, *token, known, then) : then();
  });
}

}  // namespace

Step jobs_named(std::string name, std::function<Step(std::vector<JobName>)> then) {
  auto known = std::make_shared<std::vector<JobName>>();
  return list_jobs(name, "", known, [=] {
    std::vector<JobName> same;
    for (const auto& job : *known) {
      if (job.name == name) same.push_back(job);
    }
    return then(std::move(same));
  });
}

Step with_job_named(std::string name, std::function<Step(std::int64_t)> then) {
  return jobs_named(name, [=](const std::vector<JobName>& same) {
    auto chosen = choose_job(name, same);
    if (chosen) return then(*chosen);
    if (!same.empty()) return refused(chosen.error());
    auto known = std::make_shared<std::vector<JobName>>();
    return list_jobs("", "", known, [=] { return refused(choose_job(name, *known).error()); });
  });
}

Step with_job(Given& given, std::function<Step(std::int64_t)> then) {
  if (auto id = given.id_if_given("job_id"); id && !given.problem()) return then(*id);
  auto name = given.text_or("job", "");
  if (auto bad = given.problem()) return refused(*bad);
  return with_job_named(name, std::move(then));
}

std::vector<core::Field> job_reference() {
  return {{.name = "job", .type = core::FieldType::string, .summary = "name of the job; or give job_id"},
          {.name = "job_id", .summary = "id of the job; or give job"}};
}

}  // namespace weir::databricks::operations
