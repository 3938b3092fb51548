#include "workspace/jobs/driver_start.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "workspace/jobs/job_settings.h"
#include "workspace/spark/compute.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

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

std::expected<DriverStart, Ending> plan_driver(const DriverWorld& world, const Run& task,
                                               const RunFolder& folder,
                                               const std::optional<Attachment>& attachment) {
  const DriverSetting& setting = world.setting;
  const JsonObject& spec = task.spec.get_object();
  auto code = code_of(spec, world.dbfs, world.objects);
  if (!code) return std::unexpected(code.error());
  if (auto missing = missing_interpreter(setting)) return cannot("DRIVER_ERROR", *missing);
  const json* new_cluster = spec.if_contains("new_cluster");
  json cluster = new_cluster ? *new_cluster : json(JsonObject{});
  if (attachment) cluster = attachment->cluster_spec;
  auto compute = compute_of(setting, world.secrets, cluster);
  if (!compute) return cannot("INVALID_CLUSTER_REQUEST", compute.error());

  const json* libraries = spec.if_contains("libraries");
  DriverStart start;
  start.task = {{"kind", code->kind},
                {"file", code->file.string()},
                {"shown_path", code->shown_path},
                {"parameters", code->parameters},
                {"master", compute->master},
                {"spark_conf", std::move(compute->spark_conf)},
                {"app_name", task.name},
                {"dbfs_root", world.dbfs.root().string()},
                {"workspace_root", world.objects.tree().root().string()},
                {"workspace_home", setting.home.string()},
                {"libraries", libraries && libraries->is_array() ? *libraries : json(JsonArray{})},
                {"context", context_of(setting, task)},
                {"result_file", folder.result().string()}};
  if (attachment) start.task.get_object()["attach_to"] = attachment->ready_file.string();
  start.process = {.task_file = folder.task(),
                   .environment = std::move(compute->environment),
                   .can_be_warm = compute->can_be_warm && !attachment};
  return start;
}

}  // namespace weir::workspace
