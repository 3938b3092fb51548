#include "workspace/files/volumes_api.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::string_view standard_schema = "default";  // of each catalog, from the beginning
constexpr std::size_t name_bytes_max = 255;
constexpr std::size_t parts_of_schema = 2, parts_of_volume_name = 3;

/// Names of objects in Unity Catalog: no dot, blank, slash or control character.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         std::ranges::none_of(name, [](char c) { return c == '.' || c == '/' || c <= ' ' || c == '\x7f'; });
}

Answer<TreePath> path_of(const std::vector<std::string>& names) {
  TreePath path = TreePath().child("Volumes");
  for (const auto& name : names) {
    if (!is_name(name))
      return invalid_parameter(
          fmt::format("'{}' is not a valid name: it has dots, spaces, slashes or is too long.", name));
    path = path.child(name);
  }
  return path;
}

/// Of "main.default.raw", which stands in the path of a request.
Answer<TreePath> path_in(const Call& call, std::string_view field, std::size_t parts) {
  Fields in(call.fields);
  std::string name = in.text(field);
  if (in.refusal()) return std::unexpected(*in.refusal());
  std::vector<std::string> names(1);
  for (char c : name)
    if (c == '.')
      names.emplace_back();
    else
      names.back() += c;
  if (names.size() != parts)
    return invalid_parameter(
        fmt::format("'{}' is not a full name: that has {} parts with dots between them.", name, parts));
  return path_of(names);
}

/// "main.default.raw" of /Volumes/main/default/raw.
std::string full_name(const TreePath& path) {
  return fmt::format("{}", fmt::join(path.parts().begin() + 1, path.parts().end(), "."));
}

std::unexpected<ApiError> no_schema(const TreePath& path) {
  return refuse(404, "SCHEMA_DOES_NOT_EXIST", fmt::format("Schema '{}' does not exist.", full_name(path)));
}

std::unexpected<ApiError> no_volume(const TreePath& path) {
  return refuse(404, "VOLUME_DOES_NOT_EXIST", fmt::format("Volume '{}' does not exist.", full_name(path)));
}

}  // namespace

void VolumesApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, auto answer) {
    router.add_api({"2.1"}, fmt::format("unity-catalog/{}", name),
                   {.method = std::string(method),
                    .handler = [this, answer](const Call& call) { return (this->*answer)(call); },
                    .fields = std::move(fields)});
  };
  constexpr Field all_at_once = kept("page_token", "all come at once"), size = kept("max_results");
  constexpr Field catalog = works("catalog_name", "any name is a catalog"), in_schema = works("schema_name");
  add("POST", "schemas", {works("name"), catalog}, &VolumesApi::create_schema);
  add("GET", "schemas", {catalog, size, all_at_once}, &VolumesApi::list_schemas);
  add("GET", "schemas/{full_name}", {}, &VolumesApi::schema);
  add("DELETE", "schemas/{full_name}", {works("force")}, &VolumesApi::remove_schema);
  add("POST", "volumes", {works("name"), catalog, in_schema, works("volume_type", "`MANAGED`")},
      &VolumesApi::create_volume);
  add("GET", "volumes", {catalog, in_schema, size, all_at_once}, &VolumesApi::list_volumes);
  add("GET", "volumes/{name}", {}, &VolumesApi::volume);
  add("DELETE", "volumes/{name}", {}, &VolumesApi::remove_volume);
}

JsonObject VolumesApi::shown(const TreePath& path, const FileEntry& folder) const {
  JsonObject object{{"catalog_name", path.parts()[1]},
                    {"name", path.name()},
                    {"full_name", full_name(path)},
                    {"owner", user_},
                    {"created_by", user_},
                    {"created_at", folder.created_ms},
                    {"updated_at", folder.modified_ms}};
  if (path.parts().size() == 1 + parts_of_volume_name) {
    object["schema_name"] = path.parts()[2];
    object["volume_type"] = "MANAGED";
    object["storage_location"] = "dbfs:" + path.text();
  }
  return object;
}

bool VolumesApi::has_schema(const TreePath& path) const {
  auto entry = tree_.status(path);
  return path.name() == standard_schema || (entry && entry->is_directory);
}

Reply VolumesApi::create_schema(const Call& call) const {
  Fields in(call.fields);
  std::string catalog = in.text("catalog_name"), name = in.text("name");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = path_of({catalog, name});
  if (!path) return std::unexpected(path.error());
  if (has_schema(*path))
    return refuse(400, "SCHEMA_ALREADY_EXISTS", fmt::format("Schema '{}' already exists", full_name(*path)));
  if (auto made = tree_.make_directories(*path); !made) return volume_refusal(made.error(), *path);
  return schema(Call{.fields = {{"full_name", full_name(*path)}}});
}

Reply VolumesApi::schema(const Call& call) const {
  auto path = path_in(call, "full_name", parts_of_schema);
  if (!path) return std::unexpected(path.error());
  if (!has_schema(*path)) return no_schema(*path);
  return ok(shown(*path, tree_.status(*path).value_or(FileEntry{})));
}

Reply VolumesApi::list_schemas(const Call& call) const {
  Fields in(call.fields);
  std::string catalog = in.text("catalog_name");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = path_of({catalog});
  if (!path) return std::unexpected(path.error());
  auto folders = tree_.list(*path).value_or(std::vector<FileEntry>{});
  std::erase_if(folders, [](const FileEntry& entry) { return !entry.is_directory; });
  if (std::ranges::find(folders, standard_schema, &FileEntry::name) == folders.end())
    folders.push_back({.name = std::string(standard_schema), .is_directory = true});
  JsonArray schemas;
  for (const auto& folder : folders) schemas.push_back(shown(path->child(folder.name), folder));
  return ok({{"schemas", std::move(schemas)}});
}

Reply VolumesApi::remove_schema(const Call& call) const {
  auto path = path_in(call, "full_name", parts_of_schema);
  Fields in(call.fields);
  bool force = in.boolean_or("force", false);
  if (!path) return std::unexpected(path.error());
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto removed = tree_.remove(*path, force);
  if (removed) return ok();
  if (removed.error() == FileFault::not_found) return no_schema(*path);
  if (removed.error() == FileFault::not_empty)
    return refuse(
        400, "INVALID_STATE",
        fmt::format("Schema '{}' is not empty: delete its volumes first, or use force.", full_name(*path)));
  return volume_refusal(removed.error(), *path);
}

Reply VolumesApi::create_volume(const Call& call) const {
  Fields in(call.fields);
  std::string catalog = in.text("catalog_name"), in_schema = in.text("schema_name"), name = in.text("name");
  std::string type = in.text("volume_type");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (type != "MANAGED")
    return invalid_parameter(fmt::format(
        "Volumes of the type {} are not kept here: the embedded workspace has MANAGED ones.", type));
  auto path = path_of({catalog, in_schema, name});
  if (!path) return std::unexpected(path.error());
  if (!has_schema(path->parent())) return no_schema(path->parent());
  if (tree_.status(*path))
    return refuse(400, "VOLUME_ALREADY_EXISTS", fmt::format("Volume '{}' already exists", full_name(*path)));
  if (auto made = tree_.make_directories(*path); !made) return volume_refusal(made.error(), *path);
  return volume(Call{.fields = {{"name", full_name(*path)}}});
}

Reply VolumesApi::volume(const Call& call) const {
  auto path = path_in(call, "name", parts_of_volume_name);
  if (!path) return std::unexpected(path.error());
  auto folder = tree_.status(*path);
  if (!folder || !folder->is_directory) return no_volume(*path);
  return ok(shown(*path, *folder));
}

Reply VolumesApi::list_volumes(const Call& call) const {
  Fields in(call.fields);
  std::string catalog = in.text("catalog_name"), in_schema = in.text("schema_name");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = path_of({catalog, in_schema});
  if (!path) return std::unexpected(path.error());
  if (!has_schema(*path)) return no_schema(*path);
  JsonArray volumes;
  for (const auto& folder : tree_.list(*path).value_or(std::vector<FileEntry>{}))
    if (folder.is_directory) volumes.push_back(shown(path->child(folder.name), folder));
  return ok({{"volumes", std::move(volumes)}});
}

/// With what is in it, as managed volumes go.
Reply VolumesApi::remove_volume(const Call& call) const {
  auto path = path_in(call, "name", parts_of_volume_name);
  if (!path) return std::unexpected(path.error());
  auto removed = tree_.remove(*path, true);
  if (!removed && removed.error() == FileFault::not_found) return no_volume(*path);
  return removed ? ok() : volume_refusal(removed.error(), *path);
}

}  // namespace weir::workspace
