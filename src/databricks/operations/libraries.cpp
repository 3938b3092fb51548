// databricks.install_libraries and databricks.uninstall_libraries.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/library_requests.h"
#include "databricks/operations/cluster_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

const std::vector<std::string>& library_types() {
  static const std::vector<std::string> types = {"jar",  "whl",          "pypi", "maven",
                                                 "cran", "requirements", "egg"};
  return types;
}

void check_library(Given& given, const json& library, std::size_t index) {
  auto where = fmt::format("/libraries/{}", index);
  const auto* object = library.if_object();
  if (!object || object->size() != 1) {
    return given.refuse(where, "a library is an object with one key",
                        R"(for example {"pypi": {"package": "pandas"}})");
  }
  std::string type(object->begin()->key());
  if (std::ranges::find(library_types(), type) == library_types().end()) {
    given.refuse(fmt::format("{}/{}", where, type), fmt::format("there is no library type '{}'", type),
                 suggest(type, library_types()));
  }
  auto need = [&](std::string_view inside) {
    if (!find_string(object->begin()->value(), inside)) {
      given.refuse(fmt::format("{}/{}", where, type), fmt::format("{} is missing", inside));
    }
  };
  if (type == "maven") need("coordinates");
  if (type == "pypi" || type == "cran") need("package");
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  const auto& libraries = given.array("libraries");
  for (std::size_t i = 0; i < libraries.size(); ++i) check_library(given, libraries[i], i);
  bool wait = given.flag_or("wait", true);
  if (auto bad = given.problem()) return refused(*bad);
  return with_cluster(task, [=, list = json(libraries)](const std::string& cluster_id) {
    return look_at_cluster(cluster_id, [=](const json&) {
      return commit({{"cluster_id", cluster_id}, {"libraries", list}, {"wait", wait}});
    });
  });
}

std::string name_of_library(const json& library) {
  const auto& [type, what] = *library.get_object().begin();
  for (auto name : {"coordinates", "package"}) {
    if (auto text = find_string(what, name)) return fmt::format("{} {}", std::string_view(type), *text);
  }
  return fmt::format("{} {}", std::string_view(type),
                     what.is_string() ? std::string(what.get_string()) : to_text(what));
}

struct Progress {
  std::vector<std::string> waiting{};  ///< "maven org.jsoup:jsoup:1.16.1 is RESOLVING"
  std::vector<std::string> broken{};   ///< "pypi nosuch: could not find …"
};

Progress progress_of(const JsonArray& wanted, const json& answer) {
  Progress progress;
  const json* statuses = find(answer, "library_statuses");
  for (const auto& library : wanted) {
    std::string state = "PENDING";
    std::string messages;
    for (const auto& status : statuses && statuses->is_array() ? statuses->get_array() : JsonArray()) {
      const json* its = find(status, "library");
      if (!its || !its->is_object() || its->get_object().empty()) continue;
      if (name_of_library(*its) != name_of_library(library)) continue;
      state = string_or(status, "status", state);
      if (const json* lines = find(status, "messages"); lines && lines->is_array()) {
        for (const auto& line : lines->get_array()) {
          messages += messages.empty() ? "" : "; ";
          messages += line.is_string() ? std::string(line.get_string()) : to_text(line);
        }
      }
    }
    auto name = name_of_library(library);
    if (state == "FAILED") {
      progress.broken.push_back(fmt::format("{}: {}", name, messages.empty() ? "no reason given" : messages));
    } else if (state != "INSTALLED" && state != "SKIPPED" && state != "RESTORED") {
      progress.waiting.push_back(fmt::format("{} is {}", name, state));
    }
  }
  return progress;
}

Step until_installed(const json& plan) {
  auto cluster_id = string_or(plan, "cluster_id", "");
  return ask(requests::library_statuses(cluster_id), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto progress = progress_of(find(plan, "libraries")->get_array(), *answer);
    // What installs still is waited for, so that a repair by hand does not meet an installation half done.
    if (progress.waiting.empty() && !progress.broken.empty()) {
      return failed(fmt::format("{} could not be installed on cluster {}: {}",
                                progress.broken.size() == 1 ? "a library" : "some libraries", cluster_id,
                                fmt::join(progress.broken, "\n")),
                    false, {{"cluster_id", cluster_id}});
    }
    if (progress.waiting.empty())
      return done({{"cluster_id", cluster_id}, {"libraries", *find(plan, "libraries")}});
    return look_at_cluster(cluster_id, [=](const json& cluster) {
      // A cluster that does not run installs nothing, and does not begin to by itself.
      if (is_down(cluster_state(cluster))) return ended_early(cluster);
      return pause(fmt::format("{}", fmt::join(progress.waiting, ", ")),
                   [=] { return until_installed(plan); });
    });
  });
}

Step install(const Task&, const json& plan, bool) {
  auto cluster_id = string_or(plan, "cluster_id", "");
  return ask(requests::install_libraries(cluster_id, *find(plan, "libraries")), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    bool wait = bool_or(plan, "wait", true);
    return wait ? until_installed(plan)
                : done({{"cluster_id", cluster_id}, {"libraries", *find(plan, "libraries")}});
  });
}

Step uninstall(const Task&, const json& plan, bool) {
  auto cluster_id = string_or(plan, "cluster_id", "");
  return ask(requests::uninstall_libraries(cluster_id, *find(plan, "libraries")), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    return done({{"cluster_id", cluster_id}, {"libraries", *find(plan, "libraries")}});
  });
}

constexpr auto libraries_summary = R"(each like {"maven": {"coordinates": "org.jsoup:jsoup:1.16.1"}})";

}  // namespace

std::vector<Operation> library_operations() {
  Operation installing{
      .kind = {.name = "databricks.install_libraries",
               .summary = "Installs libraries on a running cluster, and waits until all are there",
               .fields = cluster_reference(
                   {{.name = "libraries", .type = array, .required = true, .summary = libraries_summary},
                    {.name = "wait",
                     .type = boolean,
                     .summary = "false: do not wait until they are installed"}})},
      .prepare = prepare,
      .begin = install};
  Operation uninstalling{
      .kind = {.name = "databricks.uninstall_libraries",
               .summary = "Takes libraries from a cluster; they are gone when it has restarted",
               .fields = cluster_reference(
                   {{.name = "libraries", .type = array, .required = true, .summary = libraries_summary}})},
      .prepare = prepare,
      .begin = uninstall};
  return {installing, uninstalling};
}

}  // namespace weir::databricks::operations
