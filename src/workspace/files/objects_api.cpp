#include "workspace/files/objects_api.h"

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"
#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

Answer<TreePath> path_in(Fields& in) {
  std::string text = in.text("path");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = Objects::parse(text);
  if (!path) return invalid_parameter(path.error());
  return *path;
}

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

JsonObject to_json(const Object& object) {
  JsonObject info{{"object_type", name_of(object.type)},   {"path", object.path.text()},
                  {"object_id", object.entry.id},          {"resource_id", std::to_string(object.entry.id)},
                  {"created_at", object.entry.created_ms}, {"modified_at", object.entry.modified_ms}};
  if (object.type == Object::Type::notebook) info["language"] = object.language;
  if (object.type == Object::Type::file) info["size"] = object.entry.size;
  return info;
}

/// The path without the extension of `form`.
TreePath notebook_path(const TreePath& path, const NotebookForm& form) {
  std::string name = path.name();
  return path.parent().child(name.substr(0, name.size() - form.extension.size()));
}

Answer<std::string> content_of(const Call& call, Fields& in) {
  std::string text = in.text_or("content", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto bytes = call.file ? call.file : databricks::decode_base64(text);
  if (!bytes) return invalid_parameter("Field 'content' is not base64.");
  if (bytes->size() > databricks::notebook_bytes_max)
    return refuse(400, "MAX_NOTEBOOK_SIZE_EXCEEDED",
                  fmt::format("An import holds at most {} bytes.", databricks::notebook_bytes_max));
  return *bytes;
}

/// What a notebook's file is called by its kind: "py", "ipynb".
std::string file_type(const Object& object) {
  std::string name = object.file.name();
  return name.substr(name.rfind('.') + 1);
}

}  // namespace

void ObjectsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, Handler handler,
                 Bodies bodies = Bodies::json) {
    router.add_api({"2.0"}, fmt::format("workspace/{}", name),
                   {.method = std::string(method), .handler = std::move(handler), .bodies = bodies});
  };
  add("POST", "import", [this](const Call& call) { return import_object(call); }, Bodies::json_or_form);
  add("GET", "export", [this](const Call& call) { return export_object(call); });
  add("GET", "get-status", [this](const Call& call) { return status(call); });
  add("GET", "list", [this](const Call& call) { return list(call); });
  add("POST", "mkdirs", [this](const Call& call) { return mkdirs(call); });
  add("POST", "delete", [this](const Call& call) { return remove(call); });
}

Reply ObjectsApi::import_object(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  std::string format = in.text_or("format", "SOURCE");
  std::string language = in.text_or("language", "");
  bool overwrite = in.boolean_or("overwrite", false);
  auto content = content_of(call, in);
  if (!content) return std::unexpected(content.error());
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (auto parent = objects_.find(path->parent()); !parent || parent->type != Object::Type::directory)
    return does_not_exist(fmt::format("The parent folder ({}) does not exist.", path->parent().text()));

  const NotebookForm* form = nullptr;
  TreePath target = *path;
  if (format == "SOURCE") {
    form = form_of_language(language);
    if (!form)
      return invalid_parameter(
          "The format SOURCE needs 'language': PYTHON, SCALA, SQL or R. Use the format AUTO for files.");
  } else if (format == "JUPYTER") {
    form = form_of_content("notebook.ipynb", *content);
  } else if (format == "AUTO") {
    form = form_of_content(path->name(), *content);
    if (form) target = notebook_path(*path, *form);
  } else if (format != "RAW") {
    return invalid_parameter(
        fmt::format("The embedded workspace imports SOURCE, JUPYTER, AUTO and RAW, not '{}'.", format));
  }
  auto written = form ? objects_.write_notebook(target, *form, std::move(*content), overwrite)
                      : objects_.write_file(target, *content, overwrite);
  if (!written) return object_refusal(written.error(), target);
  return ok();
}

Reply ObjectsApi::export_object(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  std::string format = in.text_or("format", "SOURCE");
  bool direct = in.boolean_or("direct_download", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);
  if (object->type == Object::Type::directory)
    return invalid_parameter("Folders cannot be exported; export their notebooks and files one by one.");
  bool fits = format == "AUTO" || format == "RAW" || (format == "JUPYTER") == object->is_jupyter();
  if (!fits || (format != "AUTO" && format != "RAW" && format != "SOURCE" && format != "JUPYTER"))
    return invalid_parameter(fmt::format("{} can be exported as {} or AUTO, not as {}.", object->path.text(),
                                         object->is_jupyter() ? "JUPYTER" : "SOURCE", format));
  auto content = objects_.content(*object);
  if (!content) return object_refusal(content.error(), *path);
  if (direct)
    return net::ServerResponse{.content_type = "application/octet-stream", .body = std::move(*content)};
  JsonObject body{{"content", databricks::encode_base64(*content)}};
  if (object->type == Object::Type::notebook) body["file_type"] = file_type(*object);
  return ok(std::move(body));
}

Reply ObjectsApi::status(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  auto object = objects_.find(*path);
  return object ? ok(to_json(*object)) : object_refusal(object.error(), *path);
}

Reply ObjectsApi::list(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  std::int64_t after = in.integer_or("notebooks_modified_after", 0);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto objects = objects_.list(*path);
  if (!objects) return object_refusal(objects.error(), *path);
  JsonArray infos;
  for (const auto& object : *objects)
    if (object.entry.modified_ms >= after) infos.push_back(to_json(object));
  return infos.empty() ? ok() : ok({{"objects", std::move(infos)}});
}

Reply ObjectsApi::mkdirs(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  auto made = objects_.tree().make_directories(*path);
  if (!made && made.error() == FileFault::not_a_directory) return object_refusal(FileFault::exists, *path);
  return made ? ok() : object_refusal(made.error(), *path);
}

Reply ObjectsApi::remove(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in);
  if (!path) return std::unexpected(path.error());
  bool recursive = in.boolean_or("recursive", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);
  if (auto removed = objects_.remove(*object, recursive); !removed)
    return object_refusal(removed.error(), *path);
  return ok();
}

}  // namespace weir::workspace
