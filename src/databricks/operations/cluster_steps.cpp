#include "databricks/operations/cluster_steps.h"

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/cluster_requests.h"
#include "databricks/client/pages.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr int not_found_max = 3;

std::string in_words(const json& cluster) {
  return fmt::format("cluster {} ({})", string_or(cluster, "cluster_name", ""),
                     string_or(cluster, "cluster_id", ""));
}

Step list_clusters(std::string page_token, std::shared_ptr<JsonArray> known, Then then) {
  return ask(requests::clusters(page_token), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    if (const json* clusters = find(*answer, "clusters"); clusters && clusters->is_array()) {
      for (const auto& cluster : clusters->get_array()) known->push_back(cluster);
    }
    auto token = next_page_token(*answer);
    return token ? list_clusters(*token, known, then) : then();
  });
}

Result<std::string> choose(std::string_view wanted, const JsonArray& clusters) {
  std::vector<std::string> alive;
  std::vector<std::string> ended;
  std::vector<std::string> names;
  for (const auto& cluster : clusters) {
    auto id = string_or(cluster, "cluster_id", "");
    auto name = string_or(cluster, "cluster_name", "");
    if (id == wanted) return id;
    if (name == wanted) (is_down(cluster_state(cluster)) ? ended : alive).push_back(id);
    names.push_back(std::move(name));
  }
  const auto& found = alive.empty() ? ended : alive;
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    auto hint = suggest(wanted, names);
    return fail(Code::not_found, fmt::format("there is no cluster '{}'", wanted),
                hint.empty() ? "weir clusters list shows them all" : hint);
  }
  return fail(Code::invalid, fmt::format("{} clusters are called '{}'", found.size(), wanted),
              fmt::format("give cluster_id instead: {}", fmt::join(found, ", ")));
}

Step look(std::string cluster_id, int misses, std::function<Step(const json&)> then) {
  return ask(requests::cluster(cluster_id), [=](const Answer& answer) {
    if (answer) return then(*answer);
    if (!is_missing(answer) || misses + 1 >= not_found_max) return refused(answer.error());
    return pause_in_doubt([=] { return look(cluster_id, misses + 1, then); });
  });
}

}  // namespace

std::vector<core::Field> cluster_reference(std::vector<core::Field> more) {
  std::vector<core::Field> fields = {
      {.name = "cluster", .summary = "name or id of the cluster, or what create_cluster gave"},
      {.name = "cluster_id", .type = string, .summary = "its id; or give cluster"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

Step with_cluster(const Task& task, std::function<Step(std::string)> then) {
  Given given(task.inputs);
  given.one_of({"cluster", "cluster_id"});
  const json* reference = given.any("cluster");
  bool is_object = reference && reference->is_object();
  auto wanted = is_object                 ? string_or(*reference, "cluster_id", "")
                : given.has("cluster_id") ? given.text("cluster_id")
                                          : given.text("cluster");
  if (is_object && wanted.empty())
    given.refuse("/cluster", "the object has no cluster_id", "give its name or id");
  if (auto bad = given.problem()) return refused(*bad);
  if (is_object || given.has("cluster_id")) return then(wanted);
  return all_clusters([=](const JsonArray& clusters) {
    auto chosen = choose(wanted, clusters);
    return chosen ? then(*chosen) : refused(chosen.error());
  });
}

Step all_clusters(std::function<Step(JsonArray)> then) {
  auto known = std::make_shared<JsonArray>();
  return list_clusters("", known, [=] { return then(*known); });
}

Step look_at_cluster(std::string cluster_id, std::function<Step(const json&)> then) {
  return look(std::move(cluster_id), 0, std::move(then));
}

std::string cluster_state(const json& cluster) { return string_or(cluster, "state", "UNKNOWN"); }

bool is_up(std::string_view state) { return state == "RUNNING" || state == "RESIZING"; }

bool is_down(std::string_view state) { return state == "TERMINATED" || state == "ERROR"; }

json cluster_value(const json& cluster) {
  return {{"cluster_id", string_or(cluster, "cluster_id", "")},
          {"cluster_name", string_or(cluster, "cluster_name", "")},
          {"state", cluster_state(cluster)}};
}

std::vector<core::Field> cluster_fields() {
  return {{.name = "cluster_id", .type = string, .required = true, .summary = "of the cluster"},
          {.name = "cluster_name", .type = string, .summary = "its name"},
          {.name = "state", .type = string, .summary = "as last seen: RUNNING"}};
}

Step ended_early(const json& cluster) {
  auto message = fmt::format("{} is {}", in_words(cluster), cluster_state(cluster));
  const json none;
  const json* found = find(cluster, "termination_reason");
  const json& reason = found ? *found : none;
  auto code = string_or(reason, "code", "");
  auto why = string_or(cluster, "state_message", "");
  if (!why.empty()) message += ": " + why;
  if (!code.empty()) message += fmt::format(" ({})", code);
  auto type = string_or(reason, "type", "");
  bool may_pass = type == "SERVICE_FAULT" || type == "CLOUD_FAILURE";
  return failed(std::move(message), may_pass,
                {{"cluster_id", string_or(cluster, "cluster_id", "")}, {"termination_reason", reason}});
}

Step until_running(std::string cluster_id) {
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    auto state = cluster_state(cluster);
    if (is_up(state)) return done(cluster_value(cluster));
    if (is_down(state)) return ended_early(cluster);
    return pause(fmt::format("{} is {}", in_words(cluster), state),
                 [=] { return until_running(cluster_id); });
  });
}

Step until_terminated(std::string cluster_id, std::function<Step(const json&)> then) {
  return ask(requests::cluster(cluster_id), [=](const Answer& answer) {
    if (is_missing(answer)) return then({{"cluster_id", cluster_id}, {"state", "DELETED"}});
    if (!answer) return refused(answer.error());
    auto state = cluster_state(*answer);
    if (is_down(state)) return then(*answer);
    auto look_again = [=, seen = fmt::format("{} is {}", in_words(*answer), state)] {
      return pause(seen, [=] { return until_terminated(cluster_id, then); });
    };
    if (state == "TERMINATING") return look_again();
    return ask(requests::terminate_cluster(cluster_id), [=](const Answer& taken) {
      bool may_pass = taken || is_missing(taken) || taken.error().api_code == "INVALID_STATE";
      return may_pass ? look_again() : refused(taken.error());
    });
  });
}

}  // namespace weir::databricks::operations
