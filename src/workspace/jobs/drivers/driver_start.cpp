#include "workspace/jobs/drivers/driver_start.h"

#include <optional>

#include "workspace/jobs/drivers/task_code.h"
#include "workspace/spark/compute.h"

namespace weir::workspace {
namespace {

json context_of(const DriverSetting& setting, const Run& task) {
  return {{"job_id", std::to_string(task.job_id)},
          {"run_id", std::to_string(task.job_run_id())},
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
  auto code = code_of(world, spec);
  if (!code) return std::unexpected(code.error());
  const json* new_cluster = spec.if_contains("new_cluster");
  json cluster = new_cluster ? *new_cluster : json(JsonObject{});
  if (attachment) cluster = attachment->cluster_spec;
  auto compute = compute_of(setting, world.secrets, cluster);
  if (!compute) return cannot_start("INVALID_CLUSTER_REQUEST", compute.error());
  if (auto missing = missing_interpreter(compute->python)) return cannot_start("DRIVER_ERROR", *missing);

  const json* libraries = spec.if_contains("libraries");
  DriverStart start;
  start.task = {{"master", compute->master},
                {"spark_conf", std::move(compute->spark_conf)},
                {"app_name", task.name},
                {"dbfs_root", world.dbfs.root().string()},
                {"workspace_root", world.objects.tree().root().string()},
                {"workspace_home", setting.home.string()},
                {"libraries", libraries && libraries->is_array() ? *libraries : json(JsonArray{})},
                {"context", context_of(setting, task)},
                {"result_file", folder.result().string()}};
  for (auto& [member, value] : *code) start.task.get_object()[member] = std::move(value);
  if (attachment) start.task.get_object()["attach_to"] = attachment->ready_file.string();
  start.process = {.task_file = folder.task(),
                   .python = std::move(compute->python),
                   .environment = std::move(compute->environment),
                   .can_be_warm = compute->can_be_warm && !attachment};
  return start;
}

}  // namespace weir::workspace
