#include "workspace/jobs/drivers/task_code.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

using Code = std::expected<JsonObject, Ending>;

json array_in(const json& settings, std::string_view field) {
  const json* value = find(settings, field);
  return value && value->is_array() ? *value : json(JsonArray{});
}

json object_in(const json& settings, std::string_view field) {
  const json* value = find(settings, field);
  return value && value->is_object() ? *value : json(JsonObject{});
}

/// A file that users name as dbfs:/… or /dbfs/…, or by its path in the workspace. `what` says what it should be.
std::expected<fs::path, Ending> file_of(const DriverWorld& world, std::string_view shown,
                                        std::string_view what) {
  bool in_dbfs = shown.starts_with("dbfs:/") || shown.starts_with("/dbfs/") || shown.starts_with("/Volumes/");
  std::string_view inner = shown.starts_with("/dbfs/") ? shown.substr(5) : shown;
  if (!in_dbfs && !shown.starts_with('/'))
    return cannot_start("INVALID_RUN_CONFIGURATION",
                        fmt::format("'{}' is neither in DBFS (dbfs:/…) nor in the workspace (/…).", shown));
  auto path = in_dbfs ? TreePath::parse(inner) : Objects::parse(inner);
  if (!path) return cannot_start("INVALID_RUN_CONFIGURATION", fmt::format("'{}': {}", shown, path.error()));
  const FileTree& tree = in_dbfs ? world.dbfs : world.objects.tree();
  auto entry = tree.status(*path);
  if (!entry)
    return cannot_start("RESOURCE_NOT_FOUND", fmt::format("The {} '{}' does not exist.", what, shown));
  if (entry->is_directory)
    return cannot_start("RESOURCE_NOT_FOUND", fmt::format("'{}' is a folder, not a {}.", shown, what));
  return tree.local(*path);
}

Code python_file(const DriverWorld& world, const json& settings) {
  std::string shown = string_or(settings, "python_file", "");
  auto file = file_of(world, shown, "Python file");
  if (!file) return std::unexpected(file.error());
  return JsonObject{{"kind", "spark_python"},
                    {"file", file->string()},
                    {"shown_path", shown},
                    {"parameters", array_in(settings, "parameters")}};
}

Code notebook(const DriverWorld& world, const json& settings) {
  std::string shown = string_or(settings, "notebook_path", "");
  auto path = Objects::parse(shown);
  auto object = path ? world.objects.find(*path) : std::unexpected(FileFault::not_found);
  if (!object || object->type != Object::Type::notebook)
    return cannot_start("RESOURCE_NOT_FOUND", fmt::format("The notebook '{}' does not exist.", shown));
  if (object->language != "PYTHON" && object->language != "SQL")
    return cannot_start(
        "FEATURE_DISABLED",
        fmt::format("The embedded workspace runs notebooks in Python and SQL, and '{}' is in {}.", shown,
                    object->language));
  return JsonObject{{"kind", "notebook"},
                    {"file", world.objects.tree().local(object->file).string()},
                    {"shown_path", shown},
                    {"parameters", object_in(settings, "base_parameters")}};
}

Code python_wheel(const DriverWorld&, const json& settings) {
  json parameters = array_in(settings, "parameters");
  const json named = object_in(settings, "named_parameters");
  for (const auto& [name, value] : named.get_object())
    parameters.get_array().emplace_back(
        fmt::format("--{}={}", std::string_view(name), coerce_text(value).value_or("")));
  return JsonObject{{"kind", "python_wheel"},
                    {"shown_path", string_or(settings, "package_name", "")},
                    {"entry_point", string_or(settings, "entry_point", "")},
                    {"parameters", std::move(parameters)}};
}

Code spark_jar(const DriverWorld&, const json& settings) {
  return JsonObject{{"kind", "spark_jar"},
                    {"shown_path", string_or(settings, "main_class_name", "")},
                    {"parameters", array_in(settings, "parameters")}};
}

Code spark_submit(const DriverWorld&, const json& settings) {
  return JsonObject{{"kind", "spark_submit"},
                    {"shown_path", "spark-submit"},
                    {"parameters", array_in(settings, "parameters")}};
}

Code sql(const DriverWorld& world, const json& settings) {
  for (std::string_view kind : {"alert", "dashboard"})
    if (find(settings, kind))
      return cannot_start(
          "FEATURE_DISABLED",
          fmt::format("The embedded workspace runs SQL tasks of files and queries, not of {}s.", kind));
  JsonObject code{{"kind", "sql"},
                  {"warehouse_id", string_or(settings, "warehouse_id", "")},
                  {"parameters", object_in(settings, "parameters")}};
  if (const json* query = find(settings, "query")) {  // the driver asks for its text
    code["query_id"] = string_or(*query, "query_id", "");
    code["shown_path"] = fmt::format("query {}", string_or(*query, "query_id", ""));
    return code;
  }
  const json source = object_in(settings, "file");
  std::string shown = string_or(source, "path", "");
  auto file = file_of(world, shown, "SQL file");
  if (!file) return std::unexpected(file.error());
  code["file"] = file->string();
  code["shown_path"] = shown;
  return code;
}

struct Kind {
  std::string_view type;
  Code (*code)(const DriverWorld& world, const json& settings);
};

constexpr auto kinds = std::to_array<Kind>({
    {"notebook_task", notebook},
    {"spark_python_task", python_file},
    {"python_wheel_task", python_wheel},
    {"spark_jar_task", spark_jar},
    {"spark_submit_task", spark_submit},
    {"sql_task", sql},
});

std::string_view reason_against(std::string_view type) {
  if (type == "dbt_task") return "it has no dbt";
  if (type == "pipeline_task") return "it has no pipelines of tables";
  if (type == "dashboard_task" || type == "alert_task") return "it has no dashboards and alerts";
  return "what it starts is a service that only Databricks has";
}

/// Only files may come from a repository; sql_task says so about its file.
bool is_from_git(const json& settings) {
  const json* file = find(settings, "file");
  return string_or(settings, "source", "") == "GIT" || (file && string_or(*file, "source", "") == "GIT");
}

}  // namespace

std::unexpected<Ending> cannot_start(std::string code, std::string message) {
  return std::unexpected(cannot_run(std::move(code), std::move(message)));
}

std::expected<JsonObject, Ending> code_of(const DriverWorld& world, const JsonObject& task) {
  std::string_view type = type_of_task(task);
  auto kind = std::ranges::find(kinds, type, &Kind::type);
  if (kind == kinds.end())
    return cannot_start("FEATURE_DISABLED",
                        fmt::format("The embedded workspace keeps a {} and does not run it: {}.", type,
                                    reason_against(type)));
  const json& settings = task.at(type);
  if (is_from_git(settings))
    return cannot_start("REPOSITORY_CHECKOUT_FAILED",
                        "The embedded workspace does not check out Git repositories yet.");
  return kind->code(world, settings);
}

}  // namespace weir::workspace
