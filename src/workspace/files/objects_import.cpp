// How objects come into the workspace: the import half of ObjectsApi.
#include <fstream>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"
#include "workspace/files/file_faults.h"
#include "workspace/files/notebook_text.h"
#include "workspace/files/objects_api.h"
#include "workspace/files/zip_archive.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::uint64_t file_bytes_max = 500 * 1024 * 1024;
constexpr std::size_t head_bytes = 64;  ///< enough to tell a notebook

/// The path without the extension of `form`.
TreePath notebook_path(const TreePath& path, const NotebookForm& form) {
  std::string name = path.name();
  return path.parent().child(name.substr(0, name.size() - form.extension.size()));
}

std::unexpected<ApiError> too_large() {
  return refuse(400, "MAX_NOTEBOOK_SIZE_EXCEEDED",
                fmt::format("An import holds at most {} bytes.", databricks::notebook_bytes_max));
}

Answer<std::string> content_of(const Call& call, Fields& in) {
  std::string text = in.text_or("content", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto bytes = call.file ? call.file : databricks::decode_base64(text);
  if (!bytes) return invalid_parameter("Field 'content' is not base64.");
  if (bytes->size() > databricks::notebook_bytes_max) return too_large();
  return *bytes;
}

/// A notebook as it is going to lie in the workspace.
struct Arrival {
  const NotebookForm* form = nullptr;
  std::string content{};
};

Answer<Arrival> read_arrival(std::string_view format, std::string_view language, std::string content) {
  if (format == "HTML") {
    auto notebook = read_html_notebook(content);
    if (!notebook) return invalid_parameter("The page holds no notebook.");
    return Arrival{.form = form_of_language(notebook->language), .content = to_source(*notebook)};
  }
  if (format == "JUPYTER") {
    const auto* form = form_of_content("notebook.ipynb", content);
    if (!read_notebook(*form, content)) return invalid_parameter("The content is no Jupyter notebook.");
    return Arrival{.form = form, .content = std::move(content)};
  }
  const auto* form = form_of_language(language);
  if (!form)
    return invalid_parameter(
        "The format SOURCE needs 'language': PYTHON, SCALA, SQL or R. Use the format AUTO for files.");
  return Arrival{.form = form, .content = std::move(content)};
}

/// The first bytes of a body that lies in the staging folder.
std::string read_staged(const std::filesystem::path& file, std::size_t bytes_max) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(bytes_max, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

void ObjectsApi::add_import_routes(Router& router) {
  router.add_api({"2.0"}, "workspace/import",
                 {.method = "POST",
                  .handler = [this](const Call& call) { return import_object(call); },
                  .bodies = Bodies::json_or_form,
                  .fields = std::vector{
                      works("path"),
                      works("format",
                            "SOURCE (a notebook, or a ZIP of a folder), AUTO, JUPYTER, HTML, "
                            "RAW; DBC and R_MARKDOWN are refused"),
                      works("language"), works("content", "or the file of a form"), works("overwrite")}});
  router.add_api({"2.0"}, "workspace-files/import-file/{path...}",
                 {.method = "POST",
                  .handler = [this](const Call& call) { return import_file(call); },
                  .bodies = Bodies::file,
                  .body_bytes_max = file_bytes_max,
                  .fields = std::vector{works("overwrite")}});
}

Reply ObjectsApi::import_object(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  std::string format = in.text_or("format", "SOURCE");
  std::string language = in.text_or("language", "");
  bool overwrite = in.boolean_or("overwrite", false);
  auto content = content_of(call, in);
  if (!content) return std::unexpected(content.error());
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (auto parent = objects_.find(path->parent()); !parent || parent->type != Object::Type::directory)
    return does_not_exist(fmt::format("The parent folder ({}) does not exist.", path->parent().text()));

  if (format == "AUTO") return put(*path, std::move(*content), overwrite);
  if (format == "SOURCE" && language.empty() && is_zip(*content))
    return import_archive(*path, *content, overwrite);
  if (format == "RAW") {
    auto written = objects_.write_file(*path, *content, overwrite);
    return written ? ok() : object_refusal(written.error(), *path);
  }
  if (format != "SOURCE" && format != "JUPYTER" && format != "HTML")
    return invalid_parameter(
        fmt::format("The embedded workspace imports SOURCE, AUTO, JUPYTER, HTML and RAW, not '{}'.", format));
  auto arrival = read_arrival(format, language, std::move(*content));
  if (!arrival) return std::unexpected(arrival.error());
  auto written = objects_.write_notebook(*path, *arrival->form, std::move(arrival->content), overwrite);
  return written ? ok() : object_refusal(written.error(), *path);
}

/// A notebook when name and content say so, else a file.
Reply ObjectsApi::put(const TreePath& path, std::string content, bool overwrite) const {
  const NotebookForm* form = form_of_content(path.name(), content);
  TreePath target = form ? notebook_path(path, *form) : path;
  auto written = form ? objects_.write_notebook(target, *form, std::move(content), overwrite)
                      : objects_.write_file(target, content, overwrite);
  return written ? ok() : object_refusal(written.error(), target);
}

Reply ObjectsApi::import_archive(const TreePath& folder, std::string_view archive, bool overwrite) const {
  auto present = objects_.find(folder);
  if (present && (!overwrite || present->type != Object::Type::directory))
    return object_refusal(FileFault::exists, folder);
  auto entries = list_zip(archive);
  if (!entries) return invalid_parameter(entries.error());
  if (auto made = objects_.tree().make_directories(folder); !made)
    return object_refusal(made.error(), folder);
  for (const auto& entry : *entries) {
    auto inside = TreePath::parse("/" + entry.name);
    TreePath path = folder;
    for (const auto& part : inside->parts()) path = path.child(part);
    if (entry.is_directory()) {
      if (auto made = objects_.tree().make_directories(path); !made)
        return object_refusal(made.error(), path);
      continue;
    }
    auto content = unzip(archive, entry);
    if (!content) return invalid_parameter(content.error());
    if (auto kept = put(path, std::move(*content), overwrite); !kept) return kept;
  }
  return ok();
}

Reply ObjectsApi::import_file(const Call& call) const {
  auto path = object_path_in(call);
  if (!path) return std::unexpected(path.error());
  Fields in(call.fields);
  bool overwrite = in.boolean_or("overwrite", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (auto parent = objects_.find(path->parent()); !parent || parent->type != Object::Type::directory)
    return does_not_exist(fmt::format("The parent folder ({}) does not exist.", path->parent().text()));
  auto present = objects_.find(*path);
  if (present && present->type == Object::Type::file && !overwrite)
    return refuse(409, "RESOURCE_ALREADY_EXISTS", fmt::format("File already exists at ({}).", path->text()));
  if (call.body_file.empty()) return put(*path, call.request->body, overwrite);

  auto head = read_staged(call.body_file, head_bytes);
  if (!form_of_content(path->name(), head)) {
    auto adopted = objects_.adopt_file(*path, call.body_file, overwrite);
    return adopted ? ok() : object_refusal(adopted.error(), *path);
  }
  auto content = read_staged(call.body_file, databricks::notebook_bytes_max + 1);
  if (content.size() > databricks::notebook_bytes_max) return too_large();
  return put(*path, std::move(content), overwrite);
}

}  // namespace weir::workspace
