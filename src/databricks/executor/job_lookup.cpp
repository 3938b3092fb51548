#include "databricks/executor/job_lookup.h"

#include <utility>
#include <vector>

#include "databricks/client/jobs.h"
#include "databricks/client/pages.h"
#include "databricks/client/requests.h"
#include "databricks/executor/persistent_call.h"

namespace weir::databricks {
namespace {

constexpr std::size_t jobs_listed_max =
    2000;  ///< for the nearest name; beyond it a hint is not worth the calls

struct JobLookup : std::enable_shared_from_this<JobLookup> {
  Session& session;
  std::string name;
  std::weak_ptr<void> owner;
  std::function<bool(const CallError&)> again;
  std::function<void(Result<std::int64_t>)> done;
  std::string filter;  ///< the name at first, then nothing: all jobs
  std::vector<JobName> known{};

  JobLookup(Session& with, std::string job, std::weak_ptr<void> whose,
            std::function<bool(const CallError&)> more, std::function<void(Result<std::int64_t>)> then)
      : session(with),
        name(std::move(job)),
        owner(std::move(whose)),
        again(std::move(more)),
        done(std::move(then)),
        filter(name) {}

  void ask(std::string_view page_token) {
    call_until_settled(session, requests::jobs(filter, page_token), owner, again,
                       [self = shared_from_this()](Answer answer) { self->on_page(std::move(answer)); });
  }

  void on_page(Answer answer) {
    if (!answer) return done(std::unexpected(answer.error().error));
    if (const json* jobs = find(*answer, "jobs"); jobs && jobs->is_array()) {
      for (const auto& job : jobs->get_array()) known.push_back(job_name_of(job));
    }
    if (auto token = next_page_token(*answer); token && known.size() < jobs_listed_max) return ask(*token);
    auto chosen = choose_job(name, known);
    bool none = !chosen && chosen.error().code == Code::not_found;
    if (!none || filter.empty()) return done(std::move(chosen));
    filter.clear();
    known.clear();
    ask({});
  }
};

}  // namespace

void look_up_job(Session& session, std::string name, std::weak_ptr<void> owner,
                 std::function<bool(const CallError&)> again,
                 std::function<void(Result<std::int64_t>)> done) {
  std::make_shared<JobLookup>(session, std::move(name), std::move(owner), std::move(again), std::move(done))
      ->ask({});
}

}  // namespace weir::databricks
