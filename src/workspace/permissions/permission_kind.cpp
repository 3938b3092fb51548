#include "workspace/permissions/permission_kind.h"

#include <algorithm>

namespace weir::workspace {
namespace {

const std::vector<PermissionKind>& kinds() {
  const PermissionLevel attach{"CAN_ATTACH_TO", "May attach to it"};
  const PermissionLevel edit{"CAN_EDIT", "May read, run and change it"};
  const PermissionLevel manage{"CAN_MANAGE", "May do everything, and set permissions"};
  const PermissionLevel manage_run{"CAN_MANAGE_RUN", "May start and cancel runs"};
  const PermissionLevel monitor{"CAN_MONITOR", "May see what runs on it"};
  const PermissionLevel owner{"IS_OWNER", "Owns it"};
  const PermissionLevel query{"CAN_QUERY", "May query it"};
  const PermissionLevel read{"CAN_READ", "May read it"};
  const PermissionLevel restart{"CAN_RESTART", "May attach to it, start, restart and terminate it"};
  const PermissionLevel run{"CAN_RUN", "May read and run it"};
  const PermissionLevel use{"CAN_USE", "May use it"};
  const PermissionLevel view{"CAN_VIEW", "May see it"};
  static const std::vector<PermissionKind> all{
      {"alerts", "alert", {read, run, edit, manage}},
      {"alertsv2", "alertv2", {read, run, edit, manage}},
      {"authorization", "tokens", {use}},
      {"cluster-policies", "cluster-policy", {use}},
      {"clusters", "cluster", {attach, restart, manage}},
      {"dashboards", "dashboard", {read, run, edit, manage}},
      {"dbsql-dashboards", "dashboard", {read, run, edit, manage}},
      {"directories", "directory", {read, run, edit, manage}},
      {"experiments", "mlflowExperiment", {read, edit, manage}},
      {"files", "file", {read, run, edit, manage}},
      {"instance-pools", "instance-pool", {attach, manage}},
      {"jobs", "job", {view, manage_run, owner, manage}},
      {"notebooks", "notebook", {read, run, edit, manage}},
      {"pipelines", "pipelines", {view, run, owner, manage}},
      {"queries", "query", {read, run, edit, manage}},
      {"registered-models", "registered-model", {read, edit, manage}},
      {"repos", "repo", {read, run, edit, manage}},
      {"serving-endpoints", "serving-endpoint", {view, query, manage}},
      {"warehouses", "warehouses", {use, monitor, view, owner, manage}},
  };
  return all;
}

}  // namespace

bool PermissionKind::has_owner() const {
  return std::ranges::find(levels, "IS_OWNER", &PermissionLevel::name) != levels.end();
}

const PermissionKind* permission_kind(std::string_view path) {
  auto found = std::ranges::find(kinds(), path, &PermissionKind::path);
  return found == kinds().end() ? nullptr : &*found;
}

std::vector<std::string> permission_kinds() {
  std::vector<std::string> paths;
  for (const auto& kind : kinds()) paths.emplace_back(kind.path);
  return paths;
}

}  // namespace weir::workspace
