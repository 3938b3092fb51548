#include "workspace/files/objects_api.h"

#include <fmt/format.h>

#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

std::string_view name_of(Object::Type type) {
  switch (type) {
    case Object::Type::directory:
      return "DIRECTORY";
    case Object::Type::notebook:
      return "NOTEBOOK";
    case Object::Type::file:
      return "FILE";
  }
  return "FILE";
}

JsonObject to_json(const Object& object, std::int64_t id) {
  JsonObject info{{"object_type", name_of(object.type)},
                  {"path", object.path.text()},
                  {"object_id", id},
                  {"resource_id", std::to_string(id)},
                  {"created_at", object.entry.created_ms},
                  {"modified_at", object.entry.modified_ms}};
  if (object.type == Object::Type::notebook) info["language"] = object.language;
  if (object.type == Object::Type::file) info["size"] = object.entry.size;
  return info;
}

}  // namespace

Answer<TreePath> object_path_in(const Call& call) {
  Fields in(call.fields);
  std::string text = in.text("path");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = Objects::parse(text);
  if (!path) return invalid_parameter(path.error());
  return *path;
}

void ObjectsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("workspace/{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  add("GET", "get-status", {works("path")}, [this](const Call& call) { return status(call); });
  add("GET", "list", {works("path"), works("notebooks_modified_after", "folders are listed all the same")},
      [this](const Call& call) { return list(call); });
  add("POST", "mkdirs", {works("path")}, [this](const Call& call) { return mkdirs(call); });
  add("POST", "delete", {works("path"), works("recursive")},
      [this](const Call& call) { return remove(call); });
  add_import_routes(router);
  add_export_routes(router);
}

Reply ObjectsApi::status(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);
  auto id = ids_.of(object->path);
  return id ? ok(to_json(*object, *id)) : internal_error(id.error());
}

Reply ObjectsApi::list(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::int64_t after = in.integer_or("notebooks_modified_after", 0);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto objects = objects_.list(*path);
  if (!objects) return object_refusal(objects.error(), *path);
  std::erase_if(*objects, [&](const Object& object) {
    return object.type != Object::Type::directory && object.entry.modified_ms < after;
  });
  std::vector<TreePath> paths;
  for (const auto& object : *objects) paths.push_back(object.path);
  auto ids = ids_.of(paths);
  if (!ids) return internal_error(ids.error());
  JsonArray infos;
  for (std::size_t i = 0; i < objects->size(); ++i) infos.push_back(to_json((*objects)[i], (*ids)[i]));
  return infos.empty() ? ok() : ok({{"objects", std::move(infos)}});
}

Reply ObjectsApi::mkdirs(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  auto made = objects_.tree().make_directories(*path);
  if (!made && made.error() == FileFault::not_a_directory) return object_refusal(FileFault::exists, *path);
  return made ? ok() : object_refusal(made.error(), *path);
}

Reply ObjectsApi::remove(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  bool recursive = in.boolean_or("recursive", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);
  if (auto removed = objects_.remove(*object, recursive); !removed)
    return object_refusal(removed.error(), *path);
  auto forgotten = ids_.forget(object->path);
  return forgotten ? ok() : internal_error(forgotten.error());
}

}  // namespace weir::workspace
