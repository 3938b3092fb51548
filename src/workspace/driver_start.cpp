#include "workspace/driver_start.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "workspace/job_settings.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

/// Variables of the server's own environment that would change what a driver does.
constexpr auto foreign_prefixes =
    std::to_array<std::string_view>({"DATABRICKS_", "WEIR_", "PYSPARK_", "SPARK_"});

/// Leaves its mark before it becomes the driver: a run without the mark has run none of the user's code.
constexpr std::string_view mark_and_execute = ": > \"$0\" && exec \"$@\"";

std::unexpected<Ending> cannot(std::string code, std::string message) {
  return std::unexpected(Ending{.life_cycle = LifeCycle::internal_error,
                                .result = ResultState::failed,
                                .termination = std::move(code),
                                .message = std::move(message)});
}

struct Code {
  std::string kind{};
  fs::path file{};
  std::string shown_path{};
  json parameters{};
};

std::expected<fs::path, Ending> python_file(std::string_view shown, const FileTree& dbfs,
                                            const Objects& objects) {
  bool in_dbfs = shown.starts_with("dbfs:/") || shown.starts_with("/dbfs/");
  std::string_view inner = shown.starts_with("/dbfs/") ? shown.substr(5) : shown;
  if (!in_dbfs && !shown.starts_with('/'))
    return cannot("INVALID_RUN_CONFIGURATION",
                  fmt::format("'{}' is neither in DBFS (dbfs:/…) nor in the workspace (/…).", shown));
  auto path = in_dbfs ? TreePath::parse(inner) : Objects::parse(inner);
  if (!path) return cannot("INVALID_RUN_CONFIGURATION", fmt::format("'{}': {}", shown, path.error()));
  const FileTree& tree = in_dbfs ? dbfs : objects.tree();
  auto entry = tree.status(*path);
  if (!entry) return cannot("RESOURCE_NOT_FOUND", fmt::format("The Python file '{}' does not exist.", shown));
  if (entry->is_directory)
    return cannot("RESOURCE_NOT_FOUND", fmt::format("'{}' is a folder, not a Python file.", shown));
  return tree.local(*path);
}

std::expected<Code, Ending> python_code(const json& settings, const FileTree& dbfs, const Objects& objects) {
  std::string shown = string_or(settings, "python_file", "");
  auto file = python_file(shown, dbfs, objects);
  if (!file) return std::unexpected(file.error());
  const json* parameters = find(settings, "parameters");
  return Code{.kind = "spark_python",
              .file = *file,
              .shown_path = shown,
              .parameters = parameters && parameters->is_array() ? *parameters : json(JsonArray{})};
}

std::expected<Code, Ending> notebook_code(const json& settings, const Objects& objects) {
  std::string shown = string_or(settings, "notebook_path", "");
  auto path = Objects::parse(shown);
  auto object = path ? objects.find(*path) : std::unexpected(FileFault::not_found);
  if (!object || object->type != Object::Type::notebook)
    return cannot("RESOURCE_NOT_FOUND", fmt::format("The notebook '{}' does not exist.", shown));
  if (object->language != "PYTHON")
    return cannot("FEATURE_DISABLED",
                  fmt::format("The embedded workspace runs Python notebooks, and '{}' is {}.", shown,
                              object->language));
  const json* parameters = find(settings, "base_parameters");
  return Code{.kind = "notebook",
              .file = objects.tree().local(object->file),
              .shown_path = shown,
              .parameters = parameters && parameters->is_object() ? *parameters : json(JsonObject{})};
}

std::expected<Code, Ending> code_of(const JsonObject& task, const FileTree& dbfs, const Objects& objects) {
  std::string_view type = type_of_task(task);
  if (type != "spark_python_task" && type != "notebook_task")
    return cannot(
        "FEATURE_DISABLED",
        fmt::format(
            "The embedded workspace cannot run a {} yet; it runs spark_python_task and notebook_task.",
            type));
  const json& settings = task.at(type);
  if (string_or(settings, "source", "") == "GIT")
    return cannot("REPOSITORY_CHECKOUT_FAILED",
                  "The embedded workspace does not check out Git repositories yet.");
  return type == "notebook_task" ? notebook_code(settings, objects) : python_code(settings, dbfs, objects);
}

/// The first value that asks for a secret, which the workspace does not keep yet.
std::optional<std::string> secret_reference(const json& map) {
  const auto* object = map.if_object();
  if (!object) return std::nullopt;
  for (const auto& [key, value] : *object)
    if (value.is_string() && std::string_view(value.get_string()).starts_with("{{secrets/"))
      return std::string(key);
  return std::nullopt;
}

std::expected<void, Ending> check_compute(const JsonObject& task, const json& cluster,
                                          const fs::path& python) {
  if (const json* libraries = task.if_contains("libraries");
      libraries && libraries->is_array() && !libraries->get_array().empty())
    return cannot(
        "LIBRARY_INSTALLATION_ERROR",
        fmt::format(
            "The embedded workspace does not install libraries yet; install them beside pyspark ({} -m pip "
            "install …) and leave 'libraries' out.",
            python.string()));
  for (std::string_view field : {"spark_conf", "spark_env_vars"})
    if (const json* map = find(cluster, field))
      if (auto key = secret_reference(*map))
        return cannot("INVALID_CLUSTER_REQUEST",
                      fmt::format("{}.{} refers to a secret, which the embedded workspace does not keep yet.",
                                  field, *key));
  if (::access(python.c_str(), X_OK) != 0)
    return cannot("DRIVER_ERROR",
                  fmt::format("The Python interpreter {} is not there any more.", python.string()));
  return {};
}

std::vector<std::string> environment(const json& cluster, const fs::path& python) {
  std::vector<std::pair<std::string, std::string>> own{{"PYSPARK_PYTHON", python.string()},
                                                       {"PYSPARK_DRIVER_PYTHON", python.string()}};
  if (const json* variables = find(cluster, "spark_env_vars"); variables && variables->is_object())
    for (const auto& [key, value] : variables->get_object())
      if (value.is_string()) own.emplace_back(key, value.get_string());

  auto inherited = process::inherited_environment();
  std::erase_if(inherited, [&](const std::string& entry) {
    auto starts = [&](std::string_view text) { return entry.starts_with(text); };
    return std::ranges::any_of(foreign_prefixes, starts) ||
           std::ranges::any_of(own, [&](const auto& one) { return entry.starts_with(one.first + "="); });
  });
  for (const auto& [key, value] : own) inherited.push_back(key + "=" + value);
  return inherited;
}

json context_of(const DriverSetting& setting, const Run& task) {
  return {{"job_id", std::to_string(task.job_id)},
          {"run_id", std::to_string(task.parent_id)},
          {"task_run_id", std::to_string(task.run_id)},
          {"task_key", task.task_key},
          {"workspace_url", setting.host},
          {"org_id", setting.org_id},
          {"user_name", setting.user}};
}

}  // namespace

std::string spark_master(const json& new_cluster, unsigned cores) {
  if (const json* conf = find(new_cluster, "spark_conf"))
    if (auto master = find_string(*conf, "spark.master")) return *master;
  std::int64_t workers = int_or(new_cluster, "num_workers", 0);
  if (const json* range = find(new_cluster, "autoscale")) workers = int_or(*range, "max_workers", 0);
  std::int64_t most = std::max(cores, 1U);
  return fmt::format("local[{}]", workers < 1 ? most : std::min(workers, most));
}

std::expected<DriverStart, Ending> plan_driver(const DriverSetting& setting, const FileTree& dbfs,
                                               const Objects& objects, const Run& task,
                                               const RunFolder& folder) {
  const JsonObject& spec = task.spec.get_object();
  const json* cluster_field = spec.if_contains("new_cluster");
  const json cluster = cluster_field ? *cluster_field : json(JsonObject{});
  auto code = code_of(spec, dbfs, objects);
  if (!code) return std::unexpected(code.error());
  if (auto checked = check_compute(spec, cluster, setting.python); !checked)
    return std::unexpected(checked.error());

  const json* conf = find(cluster, "spark_conf");
  DriverStart start;
  start.task = {{"kind", code->kind},
                {"file", code->file.string()},
                {"shown_path", code->shown_path},
                {"parameters", code->parameters},
                {"master", spark_master(cluster, setting.cores)},
                {"spark_conf", conf && conf->is_object() ? *conf : json(JsonObject{})},
                {"app_name", task.name},
                {"dbfs_root", dbfs.root().string()},
                {"workspace_root", objects.tree().root().string()},
                {"context", context_of(setting, task)},
                {"result_file", folder.result().string()}};
  start.process.command = {
      .argv = {"/bin/sh", "-c", std::string(mark_and_execute), folder.started().string(),
               setting.python.string(), "-u", setting.main.string(), folder.task().string()},
      .environment = environment(cluster, setting.python),
      .directory = folder.work()};
  start.process.out = folder.out();
  start.process.err = folder.err();
  start.process.exit_file = folder.exit();
  return start;
}

}  // namespace weir::workspace
