#include "databricks/executor/submission.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "base/check.h"
#include "base/nearest.h"
#include "databricks/client/requests.h"
#include "databricks/executor/kinds.h"
#include "databricks/operations/json_template.h"
#include "databricks/operations/parameters.h"
#include "databricks/operations/task_settings.h"
#include "databricks/wire/limits.h"
#include "databricks/wire/mark.h"
#include "databricks/wire/task_type.h"

namespace weir::databricks {
namespace {

using Made = std::expected<Submission, core::Problem>;

constexpr auto parameter_fields = std::to_array<std::string_view>({
    "job_parameters",
    "notebook_params",
    "python_params",
    "python_named_params",
    "jar_params",
    "spark_submit_params",
    "sql_params",
    "dbt_commands",
});
constexpr auto sized_fields = std::to_array<std::string_view>({
    "notebook_params",
    "python_params",
    "jar_params",
    "spark_submit_params",
});

/// The engine's own deadline comes first; the workspace's is the safety net.
constexpr std::chrono::seconds deadline_margin{30};

std::optional<core::Problem> check_token(const runtime::Attempt& attempt, const json& body) {
  if (find(body, "idempotency_token")) {
    return problem("/idempotency_token", "weir sets the idempotency token itself, one for each attempt",
                   "leave it out");
  }
  WEIR_CHECK(!attempt.token.empty() && attempt.token.size() <= idempotency_token_length_max,
             "an attempt's token fits the API");
  return std::nullopt;
}

/// Fields pass whatever they are called; one that is almost a known one is worth a word.
std::vector<std::string> warnings_for(const JsonObject& body, const core::Kind& kind) {
  std::vector<std::string> known;
  for (const auto& field : kind.fields) known.push_back(field.name);
  std::vector<std::string> warnings;
  for (const auto& [key, value] : body) {
    if (std::ranges::find(known, key) != known.end() || key.ends_with("_task")) continue;
    if (auto near = nearest(key, known)) {
      warnings.push_back(
          fmt::format("'{}' is passed on as it is: did you mean '{}'?", std::string_view(key), *near));
    }
  }
  return warnings;
}

std::optional<core::Problem> check_job(json& body, std::string& job_name) {
  auto& object = body.get_object();
  bool has_name = object.contains("job");
  if (has_name == object.contains("job_id")) {
    return has_name ? problem("/job_id", "job and job_id exclude each other", "keep one of them")
                    : problem("", "no job is named", "give job: <name> or job_id: <id>");
  }
  if (has_name) {
    job_name = string_or(body, "job", "");
    object.erase("job");
    return job_name.empty() ? std::optional(problem("/job", "the job's name is empty")) : std::nullopt;
  }
  json& id = object.at("job_id");
  if (auto created = find_int(id, "job_id")) id = *created;  // what create_job gave stands for the job's id
  if (auto text = find_string(body, "job_id")) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc{} && end == text->data() + text->size()) id = number;
  }
  if (id.is_int64() && id.get_int64() > 0) return std::nullopt;
  return problem("/job_id", fmt::format("{} is no job id", to_text(id)),
                 "give a positive integer, or job: <name>");
}

std::optional<core::Problem> check_parameters(json& body) {
  for (auto key : parameter_fields) {
    if (auto bad = make_text(body, key, "")) return bad;
  }
  for (auto key : sized_fields) {
    if (auto bad = check_size(body, key)) return bad;
  }
  for (auto key : {"python_params", "spark_submit_params"}) {
    if (auto bad = check_ascii(body, key)) return bad;
  }
  if (find(body, "jar_params") && find(body, "notebook_params")) {
    return problem("/jar_params", "jar_params and notebook_params exclude each other",
                   "use job_parameters for both");
  }
  return std::nullopt;
}

Made make_run_now(const runtime::Attempt& attempt, Submission submission) {
  submission.path = requests::run_now_path;
  if (auto bad = check_job(submission.body, submission.job_name)) return std::unexpected(*bad);
  if (auto bad = check_parameters(submission.body)) return std::unexpected(*bad);
  submission.body.get_object()["idempotency_token"] = attempt.token;
  return submission;
}

void add_timeout(JsonObject& body, std::optional<Instant> deadline, Instant now) {
  if (!deadline || body.contains("timeout_seconds")) return;
  auto left = std::chrono::ceil<std::chrono::seconds>(*deadline - now) + deadline_margin;
  body["timeout_seconds"] = std::max<std::int64_t>(left.count(), deadline_margin.count());
}

std::optional<core::Problem> exclude(const std::string& one, const std::string& other, std::string hint) {
  return problem("/" + other, fmt::format("{} and {} exclude each other", one, other), std::move(hint));
}

/// Brings both forms, one task at the top level or a tasks array, to the array.
std::optional<core::Problem> check_tasks_of(json& body, std::string_view task_key) {
  auto& object = body.get_object();
  auto types = task_types_of(object, "");
  if (!types) return types.error();
  if (json* tasks = find(body, "tasks")) {
    return types->empty() ? check_tasks(*tasks) : exclude("tasks", types->front(), "move it into tasks");
  }
  if (types->empty()) {
    return problem("", "what to run is missing",
                   "give tasks, or one of notebook_task, spark_python_task, python_wheel_task, …");
  }
  if (types->size() > 1) return exclude(types->at(0), types->at(1), "list both under tasks");
  move_into_task(object, wire_task_key(task_key));
  return check_task(object.at("tasks").at(0), "");
}

Made make_submit_run(const runtime::Attempt& attempt, Submission submission, Instant now) {
  submission.path = requests::submit_path;
  if (auto bad = check_tasks_of(submission.body, attempt.task)) return std::unexpected(*bad);
  auto& body = submission.body.get_object();
  if (!body.contains("run_name")) body["run_name"] = fmt::format("{}/{}", attempt.flow, attempt.task);
  add_timeout(body, attempt.deadline, now);
  put_mark(submission.body, fmt::format("{}/{} of run {}", attempt.flow, attempt.task, attempt.run_name),
           attempt.token);
  body["idempotency_token"] = attempt.token;
  return submission;
}

}  // namespace

Made make_submission(const runtime::Attempt& attempt, Instant now) {
  if (!attempt.inputs.is_object()) {
    return std::unexpected(
        problem("", fmt::format("the inputs are an object, not {}", type_name(attempt.inputs))));
  }
  Submission submission{.body = attempt.inputs};
  if (auto bad = operations::merge_template(submission.body)) return std::unexpected(*bad);
  if (auto bad = check_token(attempt, submission.body)) return std::unexpected(*bad);
  bool now_kind = attempt.kind == run_now_kind;
  submission.warnings =
      warnings_for(submission.body.get_object(), now_kind ? run_now_table() : submit_run_table());
  return now_kind ? make_run_now(attempt, std::move(submission))
                  : make_submit_run(attempt, std::move(submission), now);
}

}  // namespace weir::databricks
