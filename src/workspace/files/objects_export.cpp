// How objects leave the workspace: the export half of ObjectsApi.
#include <algorithm>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "workspace/files/byte_range.h"
#include "workspace/files/file_faults.h"
#include "workspace/files/notebook_text.h"
#include "workspace/files/objects_api.h"
#include "workspace/files/zip_archive.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::size_t archive_bytes_max = 64 * 1024 * 1024;

/// What an object is in a format, and the extension of files that hold it.
struct Departure {
  std::string content{};
  std::string extension{};  ///< ".py"; that of files is part of their name
};

std::string extension_of(const Object& object) {
  std::string name = object.file.name();
  return name.substr(name.rfind('.'));
}

Answer<Departure> convert(const Object& object, std::string content, std::string_view format) {
  bool as_it_is = format == "AUTO" || format == "RAW" || (format == "SOURCE" && !object.is_jupyter()) ||
                  (format == "JUPYTER" && object.is_jupyter());
  if (object.type == Object::Type::file) {
    if (format == "JUPYTER" || format == "HTML")
      return invalid_parameter(
          fmt::format("{} is a file: it can be exported as AUTO, not as {}.", object.path.text(), format));
    return Departure{.content = std::move(content)};
  }
  if (as_it_is) return Departure{.content = std::move(content), .extension = extension_of(object)};
  std::string extension = extension_of(object);
  auto notebook = read_notebook(*form_of_content("x" + extension, content), content);
  if (!notebook) return invalid_parameter(fmt::format("{} holds no notebook.", object.path.text()));
  if (format == "HTML")
    return Departure{.content = to_html(*notebook, object.path.name()), .extension = ".html"};
  if (format == "JUPYTER") return Departure{.content = to_jupyter(*notebook), .extension = ".ipynb"};
  return Departure{.content = to_source(*notebook), .extension = ".py"};
}

Answer<void> pack(const Objects& objects, const Object& folder, std::string_view format,
                  const std::string& prefix, ZipWriter& archive) {
  auto inside = objects.list(folder.path);
  if (!inside) return object_refusal(inside.error(), folder.path);
  for (const Object& object : *inside) {
    std::string name = prefix + object.path.name();
    if (object.type == Object::Type::directory) {
      if (auto packed = pack(objects, object, format, name + "/", archive); !packed) return packed;
      continue;
    }
    if (object.type == Object::Type::file && format != "AUTO") continue;
    auto content = objects.content(object);
    if (!content) return object_refusal(content.error(), object.path);
    auto departure = convert(object, std::move(*content), format);
    if (!departure) return std::unexpected(departure.error());
    archive.add(name + departure->extension, departure->content);
    if (archive.bytes() > archive_bytes_max || archive.entries() > zip_entries_max)
      return refuse(400, "MAX_NOTEBOOK_SIZE_EXCEEDED",
                    fmt::format("An exported folder holds at most {} bytes and {} objects.",
                                archive_bytes_max, zip_entries_max));
  }
  return {};
}

}  // namespace

void ObjectsApi::add_export_routes(Router& router) {
  router.add_api({"2.0"}, "workspace/export",
                 {.method = "GET",
                  .handler = [this](const Call& call) { return export_object(call); },
                  .fields = std::vector{
                      works("path"),
                      works("format",
                            "SOURCE, AUTO, JUPYTER, HTML and RAW; folders become a ZIP, with their "
                            "files only as AUTO; DBC and R_MARKDOWN are refused"),
                      works("direct_download"), kept("outputs", "notebooks are exported as they are kept")}});
  router.add_api({"2.0"}, "workspace-files/{path...}",
                 {.method = "GET",
                  .handler = [this](const Call& call) { return download(call); },
                  .fields = std::vector<Field>{}});
}

Reply ObjectsApi::export_object(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string format = in.text_or("format", "SOURCE");
  bool direct = in.boolean_or("direct_download", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  constexpr std::string_view formats[] = {"SOURCE", "AUTO", "JUPYTER", "HTML", "RAW"};
  if (std::ranges::find(formats, format) == std::end(formats))
    return invalid_parameter(
        fmt::format("The embedded workspace exports SOURCE, AUTO, JUPYTER, HTML and RAW, not '{}'.", format));
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);

  Answer<Departure> departure;
  if (object->type == Object::Type::directory) {
    ZipWriter archive;
    if (auto packed = pack(objects_, *object, format, "", archive); !packed)
      return std::unexpected(packed.error());
    departure = Departure{.content = archive.finish(), .extension = ".zip"};
  } else {
    auto content = objects_.content(*object);
    if (!content) return object_refusal(content.error(), *path);
    departure = convert(*object, std::move(*content), format);
  }
  if (!departure) return std::unexpected(departure.error());
  if (direct)
    return net::ServerResponse{.content_type = "application/octet-stream",
                               .body = std::move(departure->content)};
  JsonObject body{{"content", databricks::encode_base64(departure->content)}};
  if (!departure->extension.empty()) body["file_type"] = departure->extension.substr(1);
  return ok(std::move(body));
}

Reply ObjectsApi::download(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  auto object = objects_.find(*path);
  if (!object) return object_refusal(object.error(), *path);
  auto opened = objects_.tree().open(object->file);
  if (!opened) return object_refusal(FileFault::not_found, *path);
  return net::ServerResponse{.content_type = "application/octet-stream",
                             .headers = {{"Last-Modified", http_date(opened->entry.modified_ms)}},
                             .file = {.file = std::make_shared<const Descriptor>(std::move(opened->file)),
                                      .bytes = static_cast<std::uint64_t>(opened->entry.size)}};
}

}  // namespace weir::workspace
